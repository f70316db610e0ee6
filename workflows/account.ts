import { condition, continueAsNew, defineQuery, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { GrantedSlot } from '../activities/admission.js';
import type { PerdureActivities } from '../activities/index.js';
import {
  type AccountReport,
  isSlotRequest,
  type KnownStarts,
  type LimitsChange,
  type SlotRequests,
  type SlotReturn,
} from '../src/core/admission.js';
import { wire } from '../src/core/names.js';
import { isStartRef } from '../src/core/watch.js';
import { fewEvents, longHistory } from './long-history.js';
import { type CarriedSlots, Slots } from './slots.js';
import { unlessLost } from './unless-lost.js';

const requestSignal = defineSignal<[SlotRequests]>(wire.enrol);
const returnSignal = defineSignal<[SlotReturn[]]>(wire.withdraw);
const limitsSignal = defineSignal<[LimitsChange]>(wire.limits);
const accountQuery = defineQuery<AccountReport>(wire.account);
const knownQuery = defineQuery<KnownStarts, [number?]>(wire.enrolled);

/** What an account begins with, and carries over when it continues as new. */
interface AccountState extends CarriedSlots {
  /** Version of this shape. Of what another build wrote only the limits are taken: the account finds out anew who lives and waits. */
  version: number;
  account: string;
  /** Events of history after which it continues as new. Default 500. */
  mostEvents?: number;
}

const version = 1;
/** Milliseconds between two checks of who has slots. */
const betweenChecks = 30_000;
const shortestBetweenChecks = 2_000;
/** Grants that one activity tells. */
const mostGrants = 100;

const { perdureGrant } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
  summary: 'grant',
});
const { perdureCheckSlots } = proxyActivities<PerdureActivities>({
  startToCloseTimeout: '3 minutes',
  heartbeatTimeout: '5 seconds',
  // The next check sees the same, and what came since.
  retry: { maximumAttempts: 1 },
  summary: 'check slots',
});

/** Admits the runs of one account: no more at once, and no more in a minute, than it allows. */
export async function account(state: AccountState): Promise<void> {
  const { mostEvents, configured, live } = state;
  const carried: CarriedSlots = state.version === version ? state : { configured, live };
  const slots = new Slots(carried);
  listen(slots);
  // One that starts without knowing who has slots finds that out before it gives any.
  let nextCheck = carried.holders ? Date.now() + betweenChecks * slots.scale : 0;
  let checked = carried.holders !== undefined;
  // Signals make the history longer also while nobody's turn comes.
  const isLong = longHistory(mostEvents ?? fewEvents);
  // Epoch milliseconds that a timer proves to have come: the SDK's clock may be behind where a query brought this back into
  // a worker's cache.
  let reached = 0;
  while (!isLong()) {
    const now = () => Math.max(Date.now(), reached);
    if (now() >= nextCheck && (!checked || !slots.isIdle)) {
      checked = (await check(slots, state.account)) || checked;
      const pause = checked ? betweenChecks * slots.scale : 0;
      nextCheck = now() + Math.max(shortestBetweenChecks, pause);
    }
    const grants = checked ? slots.grant(now(), mostGrants) : [];
    if (grants.length > 0) await tell(slots, grants);
    else reached = (await nextTurn({ slots, checked, nextCheck, isLong })) ?? reached;
  }
  await continueAsNew<typeof account>({ version, account: state.account, mostEvents, ...slots.carry(Date.now()) });
}

function listen(slots: Slots): void {
  setHandler(requestSignal, (message) => {
    const { requests, configured } = message ?? {};
    // A signal that carries something else must not wedge the account.
    if (!Array.isArray(requests)) return;
    for (const request of requests) if (isSlotRequest(request)) slots.request(request, configured);
  });
  setHandler(returnSignal, (returned) => {
    if (!Array.isArray(returned)) return;
    for (const slot of returned) if (isStartRef(slot)) slots.giveBack(slot, Date.now());
  });
  setHandler(limitsSignal, (change) => slots.change(change ?? {}));
  setHandler(accountQuery, () => slots.report(Date.now()));
  setHandler(knownQuery, (from) => slots.known(from));
}

interface Turn {
  slots: Slots;
  checked: boolean;
  /** Epoch milliseconds. */
  nextCheck: number;
  isLong: () => boolean;
}

/** Waits until a slot can be given, a check is due, or the history is too long; for which time, where it has come. */
async function nextTurn({ slots, checked, nextCheck, isLong }: Turn): Promise<number | undefined> {
  await condition(() => !slots.isIdle || isLong());
  const nextGrant = () => (checked ? slots.nextGrant(Date.now()) : undefined) ?? nextCheck;
  const next = Math.min(nextGrant(), nextCheck);
  const left = next - Date.now();
  if (left > 0 && (await condition(() => nextGrant() < next || isLong(), left))) return undefined;
  return next;
}

async function tell(slots: Slots, grants: GrantedSlot[]): Promise<void> {
  const report = await unlessLost(perdureGrant(grants));
  if (report) slots.lose(report.gone, Date.now());
}

async function check(slots: Slots, name: string): Promise<boolean> {
  const now = Date.now();
  const report = await unlessLost(perdureCheckSlots({ account: name, now }));
  if (report) slots.settle(report, now);
  // As long as not all are known that live, nobody is admitted beside them.
  return report !== undefined && report.more !== true;
}
