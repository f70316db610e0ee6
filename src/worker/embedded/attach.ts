import { setTimeout as pause } from 'node:timers/promises';
import { formatDuration } from '../../core/duration.js';
import { PerdureError } from '../../core/errors.js';
import { type HomeFiles, readState, type RunningServer } from './home.js';
import { clusterAt } from './ports.js';
import { commandOf, isAlive } from './process-list.js';
import { release } from './release.js';
import type { EmbeddedServer } from './server.js';

const endingMs = 15_000;
const answerMs = 15_000;

/**
 * Attaches to the server that runs on a home's database, if one does. A state file whose server has ended counts as
 * none. Throws `server-start-failed` when the process lives but doesn't answer.
 */
export async function attach(files: HomeFiles): Promise<EmbeddedServer | undefined> {
  const state = readState(files);
  if (!state || !isAlive(state.pid) || !isServerOf(files, state.pid)) return undefined;
  if (!isAlive(state.ownerPid) && (await hasEnded(state.pid))) return undefined;
  const clusterId = await askUntilAnswered(state);
  if (clusterId !== state.clusterId) return undefined;
  const { address, pid, uiUrl } = state;
  const ui = uiUrl === undefined ? {} : { uiUrl };
  const age = formatDuration(Math.max(0, Date.now() - Date.parse(state.startedAt)));
  const summary = `Temporal server ${state.version} at ${address}, running for ${age} (process ${pid}), database ${files.database}`;
  return { address, ...ui, pid, attached: true, summary, stop: async () => {}, discard: async () => {} };
}

/** Process ids are used again: the server names its database on its command line. */
function isServerOf({ database }: HomeFiles, pid: number): boolean {
  const command = commandOf(pid);
  return command === undefined || command.includes(database);
}

/** A server whose owner is gone is being told to stop, unless its guard was killed too. */
async function hasEnded(pid: number): Promise<boolean> {
  const until = Date.now() + endingMs;
  while (isAlive(pid) && Date.now() < until) await pause(50);
  return !isAlive(pid);
}

async function askUntilAnswered(state: RunningServer): Promise<string | undefined> {
  const until = Date.now() + answerMs;
  let cause: unknown;
  while (Date.now() < until) {
    if (!isAlive(state.pid)) return undefined;
    try {
      return (await clusterAt(state.address, 2_000)).clusterId;
    } catch (error) {
      cause = error;
      await pause(100);
    }
  }
  throw new PerdureError({
    code: 'server-start-failed',
    message: `The Temporal server ${release.server} of this home (process ${state.pid}) runs but does not answer at ${state.address}.`,
    hint: `End process ${state.pid}, then try again.`,
    cause,
  });
}
