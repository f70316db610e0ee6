import { downloadWithId } from './download.js';
import type { Occasion } from './fault.js';
import type { Destination } from './router.js';
import type { Run } from './run.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** What a request is about, told before anything is done with it. */
export function occasionOf(world: World, destination: Destination, query: URLSearchParams, body: unknown): Occasion {
  const { provider, route, params } = destination;
  const run = runIn(world, params) ?? runWithFiles(world, destination, query);
  const endpoint = route.endpoint ?? run?.endpoint;
  const text = run?.text ?? startText(destination, body);
  const tags = tagsOf(run?.session ?? sessionNamed(world, params, query), query, body);
  return {
    operation: route.operation,
    provider,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(text === undefined ? {} : { text }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** The run that the path names, or the latest one in the session that it names. */
function runIn(world: World, { runId, workflowId, executionId, sessionId }: Destination['params']): Run | undefined {
  const id = runId ?? workflowId ?? executionId;
  return id === undefined ? world.sessions.get(sessionId ?? '')?.runs.at(-1) : world.runs.get(id);
}

/** Of a request for files that does not name the session in its path. */
function runWithFiles(world: World, { route, params }: Destination, query: URLSearchParams): Run | undefined {
  if (route.operation === 'session.files') return world.sessions.get(query.get('sessionId') ?? '')?.runs.at(-1);
  const { downloadId } = params;
  if (downloadId === undefined) return undefined;
  return world.accounts.map((account) => downloadWithId({ world, account }, downloadId)).find((found) => found)?.run;
}

function startText({ route, params }: Destination, body: unknown): string | undefined {
  if (route.operation !== 'start') return undefined;
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  switch (route.endpoint) {
    case 'anchor.task':
      return `${params['taskId']} ${JSON.stringify(fields['input_params'])}`;
    case 'anchor.namedTask':
      return `${params['taskName']} ${JSON.stringify(fields['inputs'] ?? {})}`;
    case 'browserbase.agentRun':
      return String(fields['task']);
    default:
      return String(fields['prompt']);
  }
}

function sessionNamed(world: World, params: Destination['params'], query: URLSearchParams): Session | undefined {
  return world.sessions.get(params['sessionId'] ?? query.get('sessionId') ?? '');
}

function tagsOf(session: Session | undefined, query: URLSearchParams, body: unknown): readonly string[] | undefined {
  if (session) return session.tags;
  const made = (body as { session?: { tags?: unknown } } | undefined)?.session?.tags;
  if (Array.isArray(made)) return made.map(String);
  return query.get('tags')?.split(',');
}
