import type { EndpointName } from '../../src/core/endpoints.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import { factsOf, inputRows, type Row } from './facts.js';
import { handMade } from './forms.js';
import { buildBody, type Choice, formIn, leadsTo } from './generate.js';
import { agentOf, type Sample, toInput } from './wire-form.js';

/** Fields that a field needs beside it. */
const needs: Readonly<Record<string, string>> = { city: 'region' };

/** Values of an enumeration are sent one by one, except where they are many: then some of them. */
const mostValues = 8;

/**
 * All properties of an endpoint's request together, each once by itself, every value of its enumerations, and the forms
 * that no table can say.
 * @param sessionId an existing session of the caller's.
 */
export function requestSamples(endpoint: EndpointName, sessionId: string): Sample[] {
  return [...tableSamples(endpoint, sessionId), ...handMade(endpoint, sessionId)];
}

/** What the tables lead to. */
export function tableSamples(endpoint: EndpointName, sessionId: string): Sample[] {
  const rows = inputRows(factsOf(endpoint));
  const fixed = { sessionId, session_id: sessionId };
  const targets = rows.filter(({ path }) => path !== '' && !path.endsWith('>'));
  const single = targets.flatMap((row) => {
    const choices = valuesOf(row).map((value) => ({ [row.path]: value }));
    if (choices.length === 0) choices.push({});
    return choices.map((values) => ({
      path: row.path,
      choice: { ...only(row.path), values: { ...fixed, ...values } },
    }));
  });
  const whole = formsOf(rows).map((form) => {
    return { path: `everything${form ? ` with ${form}` : ''}`, choice: { includes: () => true, form, values: fixed } };
  });
  return [...whole, ...single].flatMap(({ path, choice }) => samplesOf(endpoint, rows, { path, choice }));
}

/** Rows that are needed for one field to be there. */
export function only(target: string): Choice {
  const [, parent = '', name = ''] = /^(.*?)([^.]*)$/.exec(target) ?? [];
  const need = needs[name];
  return {
    form: formIn(target),
    includes: ({ path, required }) =>
      required || path === target || leadsTo(path, target) || path === `${target}.*` || path === `${parent}${need}`,
  };
}

function formsOf(rows: readonly Row[]): (string | undefined)[] {
  const titles = new Set(rows.flatMap(({ path }) => formIn(path) ?? []));
  return titles.size === 0 ? [undefined] : [...titles];
}

/** What a field is sent with besides the one value that is made for it. */
function valuesOf(row: Row): Json[] {
  if (row.path === 'async') return [true];
  return row.type === 'boolean' ? [true, false] : someOf(row.enum ?? []);
}

function someOf(values: readonly Json[]): Json[] {
  if (values.length <= mostValues) return [...values];
  const step = Math.ceil(values.length / (mostValues - 1));
  return values.filter((_, index) => index % step === 0 || index === values.length - 1);
}

interface TableSample {
  path: string;
  choice: Choice;
}

function samplesOf(endpoint: EndpointName, rows: readonly Row[], { path, choice }: TableSample): Sample[] {
  const built = buildBody(rows, choice);
  const parameters: JsonObject = {};
  const body: JsonObject = {};
  const names = new Set(factsOf(endpoint).parameters.map((parameter) => parameter.path));
  for (const [name, value] of Object.entries(built)) (names.has(name) ? parameters : body)[name] = value;
  const input = toInput(built);
  const told = choice.values ? Object.entries(choice.values).find(([place]) => place === path)?.[1] : undefined;
  const name = told === undefined ? path : `${path} = ${JSON.stringify(told)}`;
  const asGiven = { name, agent: agentOf(endpoint, input), sent: { parameters, body } };
  if (endpoint === 'browserbase.agentRun' || endpoint === 'anchor.sessionAgent' || hasSession(built)) return [asGiven];
  const { overrideBrowserConfiguration: config, ...rest } = body;
  const isCleaned = 'cleanup_sessions' in body || 'cleanupSessions' in body;
  if (config === undefined && !isCleaned) return [asGiven];
  const ofProvider = { ...asGiven, agent: agentOf(endpoint, { ...input, session: 'provider' }) };
  if (config === undefined || isCleaned) return [ofProvider];
  const ours = { ...asGiven, sent: { parameters, body: rest, session: { session: config } } };
  return [ours, { ...ofProvider, name: `${name}, in a session of the provider's` }];
}

function hasSession(built: JsonObject): boolean {
  return 'sessionId' in built || 'session_id' in built;
}
