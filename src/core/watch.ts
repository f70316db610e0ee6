import type { SlotRequest } from './admission.js';
import type { AgentSpec } from './builders.js';
import type { EndpointName } from './endpoints.js';
import { hashText } from './mark.js';
import type { Reading } from './reading.js';
import type { ProviderHandle } from './run.js';
import { secretPlaces } from './secret.js';
import type { Timings } from './timings.js';

/** How many watchers the runs of one account are spread over at most, by the hash of their keys. */
export const mostWatchers = 4;

/** Temporal's priority of what many runs share: it goes before their own tasks where a worker has more than it can do. */
export const sharedPriority = { priorityKey: 1 };

/** Where the watcher of a run is found. */
export interface WatcherPlace {
  /** `<provider>/<name>`. */
  account: string;
  shard: number;
  /** Perdure's own task queue, which the watcher runs on. */
  taskQueue: string;
  /** No watcher was told of the run yet: its worker may choose another of the account's. */
  movable?: true;
}

/** The watcher that looks at the run with this key, where the account's runs are spread over so many. Default: over all. */
export function watcherOf(
  key: string,
  account: string,
  { taskQueue, among = mostWatchers }: { taskQueue: string; among?: number },
): WatcherPlace {
  return { account, shard: Number.parseInt(hashText(key).slice(-6), 36) % among, taskQueue };
}

/** All watchers of an account. */
export function watchersOf(account: string, taskQueue: string): WatcherPlace[] {
  return Array.from({ length: mostWatchers }, (_, shard) => ({ account, shard, taskQueue }));
}

/** The workflow id of a watcher. */
export function watcherId({ account, shard }: Pick<WatcherPlace, 'account' | 'shard'>): string {
  return `perdure:watcher:${account.replace('/', ':')}:${shard}`;
}

/** What was seen of a run before; a look that shows the same is no news. */
export interface Seen {
  /** The provider's statuses that Perdure does not know and has reported. */
  oddStatuses?: string[];
  /** The question that the run waits with. */
  questionId?: string;
  /** Epoch milliseconds: since when the provider has not known the run. */
  goneSince?: number;
  /** How many looks have not found it since. */
  goneLooks?: number;
}

/** A run at its provider that is to be looked at until it has ended. */
export interface Enrolment {
  /** Workflow id of the run. */
  id: string;
  endpoint: EndpointName;
  handle: ProviderHandle;
  /** Names of the secrets that were sent with the start: looked up when there is something to be told. */
  secrets?: string[];
  timings: Pick<Timings, 'cadence' | 'notFoundGrace' | 'request' | 'backoff'>;
  /** Epoch milliseconds: when the run was started, for the grace of reads that come too early. */
  startedAt: number;
}

/** What of a run its enrolment is made of. */
export interface EnrolmentParts {
  /** Workflow id. */
  id: string;
  agent: AgentSpec;
  handle: ProviderHandle;
  timings: Timings;
  startedAt: number;
}

/** Says of a run what a watcher has to know. */
export function enrolmentOf({ id, agent, handle, timings, startedAt }: EnrolmentParts): Enrolment {
  const { cadence, notFoundGrace, request, backoff } = timings;
  const secrets = [...secretPlaces(agent.input).keys()];
  const { liveView: _unneeded, ...known } = handle;
  return {
    id,
    endpoint: agent.endpoint,
    handle: known,
    ...(secrets.length > 0 && { secrets }),
    timings: { cadence, notFoundGrace, request, backoff },
    startedAt,
  };
}

/** Whether a value can be enrolled: signals may carry anything. */
export function isEnrolment(value: unknown): value is Enrolment {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return false;
  if (!('endpoint' in value && 'handle' in value && 'timings' in value)) return false;
  const { handle, timings } = value;
  if (typeof handle !== 'object' || handle === null || !('generation' in handle)) return false;
  return typeof timings === 'object' && timings !== null && 'cadence' in timings;
}

/** One start of a run, by the workflow's id. */
export interface StartRef {
  id: string;
  generation: number;
}

/** Whether a value names a start: signals may carry anything. */
export function isStartRef(value: unknown): value is StartRef {
  if (typeof value !== 'object' || value === null) return false;
  return 'id' in value && typeof value.id === 'string' && 'generation' in value && typeof value.generation === 'number';
}

/** Has a watcher look soon: something has happened at the provider. */
export interface Haste {
  /** The provider's ids of the runs or sessions that it happened to; empty: it is not known which. */
  ids: string[];
}

/** Whether a value says to hasten: signals may carry anything. */
export function isHaste(value: unknown): value is Haste {
  if (typeof value !== 'object' || value === null || !('ids' in value) || !Array.isArray(value.ids)) return false;
  return value.ids.every((id) => typeof id === 'string');
}

/** How a watcher stands. */
export interface WatcherReport {
  runs: number;
  /** Epoch milliseconds of the next tick; absent when there is nothing to look at. */
  nextTick?: number;
  /** Milliseconds between two looks at its youngest and at its oldest run. */
  cadence?: { shortest: number; longest: number };
  /** Ticks in which nothing could be read, one after the other. */
  failures: number;
  /** Epoch milliseconds until when the provider asked not to be asked. */
  quietUntil?: number;
}

/** A run that is to be watched, and by whom. */
export interface EnrolTask {
  watcher: WatcherPlace;
  run: Enrolment;
}

/** What a run that goes on needs of what its account's runs share. */
export interface RunNeeds {
  /** Where it is to be watched. */
  watch?: EnrolTask;
  /** What it waits for. */
  slot?: SlotRequest;
  /** Whether something of it may live at the provider. */
  lives: boolean;
}

/** An enrolled run, and when it is looked at. */
export interface Watched extends Enrolment {
  /** Epoch milliseconds: since when nothing has changed; the cadence grows from there. */
  since: number;
  /** Epoch milliseconds of the next look. */
  next: number;
  /** Looks that the run was not told of yet. */
  looks: number;
  seen: Seen;
}

/** What a tick found out about one run. */
export interface Sighting {
  id: string;
  generation: number;
  /** What is known of it now. */
  seen: Seen;
  /** Whether the run was told; its count of looks then begins anew, and so does its cadence. */
  told: boolean;
  /** Nothing more is to be looked at. */
  over: boolean;
}

/** What the signal `perdure.changed` tells a run. */
export interface Change {
  /** Which start it is about. */
  generation: number;
  reading: Reading;
  /** Looks since the last change that was told. */
  polls: number;
}

/** Whether a value is news of a run: signals may carry anything. */
export function isChange(value: unknown): value is Change {
  if (typeof value !== 'object' || value === null || !('reading' in value)) return false;
  const { reading } = value;
  if (typeof reading !== 'object' || reading === null || !('state' in reading)) return false;
  return 'generation' in value && typeof value.generation === 'number';
}
