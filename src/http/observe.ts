import { isPerdureError } from '../core/errors.js';

/** What of a request may be told to others: no id, no value of a query, no body. */
export interface ObservedRequest {
  /** The provider's name, such as `Anchor`. */
  provider: string;
  /** `<provider>/<name>`. */
  account: string;
  method: string;
  /** The path with `{id}` for everything that is not a word of the provider's own. */
  route: string;
}

/** How a request ended. */
export interface RequestEnd {
  /** Absent where no answer came. */
  status?: number;
  /** The code of the error, where there was one. */
  error?: string;
}

/** Is told when a request begins; what it gives back is told when it has ended. */
export type Observe = (request: ObservedRequest) => (end: RequestEnd) => void;

/** Does what a request takes, and tells of it. */
export async function observed<T>(
  observe: Observe | undefined,
  request: ObservedRequest,
  work: () => Promise<T>,
): Promise<T> {
  const tell = observe?.(request);
  if (!tell) return work();
  try {
    const answer = await work();
    tell({ status: statusOf(answer) ?? 200 });
    return answer;
  } catch (error) {
    const known = isPerdureError(error) ? error : undefined;
    tell({ error: known?.code ?? 'internal', ...(known?.status !== undefined && { status: known.status }) });
    throw error;
  }
}

function statusOf(answer: unknown): number | undefined {
  const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Every word of the paths of both providers; what is none of them may be an id or a name. */
const words: ReadonlySet<string> = new Set([
  'v1',
  'v2',
  'agent',
  'agents',
  'all',
  'debug',
  'downloads',
  'executions',
  'fetch',
  'messages',
  'pause',
  'pending-interventions',
  'perform-web-task',
  'recordings',
  'requested-human-intervention',
  'respond-to-human-intervention',
  'resume',
  'run',
  'runs',
  'sessions',
  'status',
  'stop',
  'task',
  'tasks',
  'tools',
]);

/** A path that names no run, session, task or file. */
export function routeOf(path: string): string {
  const segments = path.split('/').map((segment) => (segment === '' || words.has(segment) ? segment : '{id}'));
  return segments.join('/');
}
