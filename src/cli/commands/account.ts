import type { AccountState } from '../../client/accounts.js';
import type { RunSummary } from '../../client/description.js';
import type { AccountReport, Holder, Limits } from '../../core/admission.js';
import { formatDuration } from '../../core/duration.js';
import { keyOfWorkflowId } from '../../core/names.js';
import type { WatcherReport } from '../../core/watch.js';
import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { layOut } from '../table.js';

/** What `perdure account` is given. */
export interface AccountOptions {
  name: string;
  concurrentRuns?: number;
  startsPerMinute?: number;
  requestsPerMinute?: number;
  reset?: boolean;
}

/** Shows how an account stands, after changing what it allows where that is asked for. */
export function account(context: CommandContext, { name, reset, ...given }: AccountOptions): Promise<number> {
  const { output } = context;
  return withPerdure(context, async (perdure) => {
    const changed = limitsOf(given);
    if (reset) await perdure.setLimits(name, null);
    if (Object.keys(changed).length > 0) await perdure.setLimits(name, changed);
    const state = await perdure.account(name);
    const runs = await perdure.list({
      account: name,
      status: ['running', 'waiting-for-person', 'starting'],
      limit: 1_000,
    });
    output.say(describe(state, runs, Date.now()).join('\n'));
    output.data({ ...state, holders: holdersOf(state.slots, runs) });
    return exits.done;
  });
}

function limitsOf({
  concurrentRuns,
  startsPerMinute,
  requestsPerMinute,
}: Omit<AccountOptions, 'name' | 'reset'>): Limits {
  return {
    ...(concurrentRuns !== undefined && { concurrentRuns }),
    ...(startsPerMinute !== undefined && { startsPerMinute }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
  };
}

interface NamedHolder extends Holder {
  key: string;
  /** Absent where it is not known, or just now over. */
  status?: string;
}

function holdersOf(slots: AccountReport | undefined, runs: readonly RunSummary[]): NamedHolder[] {
  return (slots?.holders ?? []).map((holder) => {
    const key = keyOfWorkflowId(holder.id) ?? holder.id;
    const status = runs.find((run) => run.key === key)?.status;
    return { ...holder, key, ...(status && { status }) };
  });
}

function describe(state: AccountState, runs: readonly RunSummary[], now: number): string[] {
  return [state.account, ...describeSlots(state.slots, runs, now), ...describeWatching(state.watchers, now)];
}

function describeSlots(slots: AccountReport | undefined, runs: readonly RunSummary[], now: number): string[] {
  if (!slots) return ['  limits   none: every run is started at once'];
  const holders = holdersOf(slots, runs);
  const { configured, live, held = holders.length, queued, next, quietUntil = 0 } = slots;
  const lines = [
    `  limits   ${limitsText({ ...configured, ...live })}${Object.keys(live).length > 0 ? ', changed by hand' : ''}`,
  ];
  const allowed = live.concurrentRuns ?? configured.concurrentRuns;
  lines.push(`  slots    ${held}${allowed === undefined ? '' : ` of ${allowed}`} taken`);
  const rows = holders.map(({ key, status = '', since }) => [
    '   ',
    key,
    statusText(status),
    `for ${spanOf(now - since)}`,
  ]);
  lines.push(...layOut(rows));
  if (held > holders.length) lines.push(`    and ${held - holders.length} more`);
  const first = next.map((id) => keyOfWorkflowId(id) ?? id).slice(0, 3);
  lines.push(`  queue    ${queued} waiting${first.length > 0 ? `; next: ${first.join(', ')}` : ''}`);
  if (quietUntil > now) lines.push(`  quiet    the provider asked for no start for ${spanOf(quietUntil - now)}`);
  return lines;
}

function statusText(status: string): string {
  return status === 'waiting-for-person' ? 'a person is waited for' : status;
}

function limitsText({ concurrentRuns, startsPerMinute, requestsPerMinute }: Limits): string {
  const parts = [
    ...(concurrentRuns === undefined ? [] : [`${concurrentRuns} ${concurrentRuns === 1 ? 'run' : 'runs'} at once`]),
    ...(startsPerMinute === undefined ? [] : [`${startsPerMinute} starts a minute`]),
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests a minute for looking`]),
  ];
  return parts.length > 0 ? parts.join(', ') : 'none';
}

function describeWatching(watchers: readonly WatcherReport[], now: number): string[] {
  const watched = watchers.reduce((sum, { runs }) => sum + runs, 0);
  if (watched === 0) return ['  watched  no run'];
  const cadences = watchers.flatMap(({ cadence }) => cadence ?? []);
  const shortest = Math.min(...cadences.map((cadence) => cadence.shortest));
  const longest = Math.max(...cadences.map((cadence) => cadence.longest));
  const pace = shortest === longest ? spanOf(shortest) : `${spanOf(shortest)} to ${spanOf(longest)}`;
  const lines = [`  watched  ${watched} ${watched === 1 ? 'run' : 'runs'}, each every ${pace}`];
  const failures = Math.max(...watchers.map((watcher) => watcher.failures));
  if (failures > 0) lines.push(`  trouble  the provider could not be read ${failures} times in a row`);
  const quiet = Math.max(...watchers.map(({ quietUntil = 0 }) => quietUntil));
  if (quiet > now) lines.push(`  quiet    the provider is not asked for ${spanOf(quiet - now)}`);
  return lines;
}

/** In whole seconds, since nobody reads more of it. */
function spanOf(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1000)) * 1000);
}
