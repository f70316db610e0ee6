import type { EndpointName } from '../core/endpoints.js';
import type { JsonObject } from '../core/json.js';
import { secretPlaces } from '../core/secret.js';
import { isPlainObject } from './json.js';
import type { Rule } from './problem.js';

/** Fields of Perdure's own, which no body has. */
const own = ['session', 'extra', 'mark'] as const;
const sessionIds = ['sessionId', 'session_id'] as const;

/** What may never stand in `extra`, since Perdure sets it or has to check it. */
const reserved: Record<EndpointName, readonly string[]> = {
  'anchor.webTask': [...own, ...sessionIds, 'async', 'tags', 'secret_values'],
  'anchor.sessionAgent': [...own, ...sessionIds, 'async', 'tags', 'secret_values'],
  'anchor.task': [...own, ...sessionIds, 'taskId', 'sync', 'async', 'tags', 'cleanup_sessions'],
  'anchor.namedTask': [
    ...own,
    ...sessionIds,
    'taskName',
    'async',
    'tags',
    'inputs',
    'cleanupSessions',
    'overrideBrowserConfiguration',
  ],
  'browserbase.agentRun': [...own, ...sessionIds, 'resultSchema', 'variables'],
};

/** Why a field of `extra` can't be sent, or undefined when it can. */
export function refuseExtra(endpoint: EndpointName, input: object, field: string): Rule | undefined {
  if (field === 'async' || field === 'sync') {
    return {
      expected: 'no such field in extra',
      hint: 'Perdure starts every run in its asynchronous form: a call that blocks can be neither watched nor recovered.',
    };
  }
  if (reserved[endpoint].includes(field)) {
    return {
      expected: 'no such field in extra',
      hint: `Perdure sets or checks '${field}' itself; use the typed field.`,
    };
  }
  const extra: unknown = Reflect.get(input, 'extra');
  if (isPlainObject(extra) && tellsAgent(field, extra[field])) {
    return {
      expected: 'no secret in what the agent reads',
      hint: 'A value that stands in a prompt is stored and shown by the provider; use its field for secrets, such as secret_values or variables.',
    };
  }
  if (!Object.hasOwn(input, field) || Reflect.get(input, field) === undefined) return undefined;
  return {
    expected: 'no field that the input has already',
    hint: `'${field}' would be sent twice: leave the typed field out to send a value that is newer than Perdure.`,
  };
}

const readByAgent = /prompt|message|instruction|task|goal|description|question|schema/i;

/** Whether a secret stands under a name that sounds like words for the agent. */
function tellsAgent(name: string, value: unknown): boolean {
  if (readByAgent.test(name)) return secretPlaces(value).size > 0;
  if (Array.isArray(value)) return value.some((item: unknown) => tellsAgent('', item));
  return isPlainObject(value) && Object.entries(value).some(([inner, item]) => tellsAgent(inner, item));
}

/** The fields of an input that Perdure sends without knowing them. */
export function extraFields(input: { extra?: JsonObject }): string[] {
  return isPlainObject(input.extra) ? Object.keys(input.extra) : [];
}
