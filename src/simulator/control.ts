import type { Duration } from '../core/duration.js';
import { sendWebhooks, type WebhookOptions } from './anchor/webhooks.js';
import { type BehaviourChange, changeBehaviour, checkLimits, type Limits } from './behaviour.js';
import type { Exchange } from './exchange.js';
import { checkFault, type Fault, randomFaults, type RandomFaultOptions } from './fault.js';
import { SimulatorError } from './error.js';
import type { LedgerEntry, RunRecord, SessionRecord } from './ledger.js';
import { known } from './match.js';
import { ok, type Reply } from './reply.js';
import { checkScript, type RunScript } from './script.js';
import type { World } from './world.js';

/** What `POST /__simulator/scripts` takes: everything that a simulator in another process can be told. */
export interface ControlScripts {
  readonly scripts?: readonly RunScript[];
  readonly faults?: readonly Fault[];
  readonly randomFaults?: Omit<RandomFaultOptions, 'subject'> & { readonly seed: number };
  readonly behaviour?: BehaviourChange;
  readonly limits?: Limits;
  /** Where Anchor is to send signed events. */
  readonly webhooks?: readonly WebhookOptions[];
  /** Forgets the scripts and faults that were given before. */
  readonly reset?: boolean;
}

/** What `GET /__simulator/state` gives. */
export interface ControlState {
  readonly now: number;
  readonly runs: readonly RunRecord[];
  readonly sessions: readonly SessionRecord[];
  readonly counts: Readonly<Record<string, number>>;
}

/** What `GET /__simulator/ledger` gives; `next` is the `since` of the next request. */
export interface ControlLedger {
  readonly entries: readonly LedgerEntry[];
  readonly next: number;
}

/** Where a simulator in its own process is driven from. */
export const controlPrefix = '/__simulator';

/** Answers a control request; what is unknown or wrong is refused with the reason. */
export async function control(world: World, exchange: Exchange, url: URL): Promise<Reply> {
  const { method = 'GET' } = exchange.request;
  try {
    switch (`${method} ${url.pathname.slice(controlPrefix.length)}`) {
      case 'GET /state':
        return ok(stateOf(world));
      case 'GET /ledger':
        return ok(ledgerSince(world, Number(url.searchParams.get('since') ?? 0)));
      case 'POST /scripts':
        take(world, await jsonOf(exchange));
        return ok({ taken: true });
      case 'POST /clock':
        return ok(await advance(world, (await jsonOf(exchange)) as { advance: Duration }));
      default:
        return { status: 404, body: { error: `no control route ${method} ${url.pathname}` } };
    }
  } catch (error) {
    if (error instanceof SimulatorError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

function stateOf(world: World): ControlState {
  const { runs, sessions, counts } = world.book;
  return { now: world.now, runs, sessions, counts };
}

function ledgerSince({ book }: World, since: number): ControlLedger {
  const entries = book.entries.filter((entry) => entry.seq > since);
  return { entries, next: entries.at(-1)?.seq ?? since };
}

async function jsonOf(exchange: Exchange): Promise<object> {
  try {
    const value: unknown = JSON.parse(await exchange.text());
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    throw new SimulatorError('the body must be JSON');
  }
  throw new SimulatorError('the body must be a JSON object');
}

function take(world: World, given: ControlScripts): void {
  known('scripts', given, ['scripts', 'faults', 'randomFaults', 'behaviour', 'limits', 'webhooks', 'reset']);
  const scripts = (given.scripts ?? []).map((script) => ({ script: checkScript(script), resultOf: undefined }));
  const faults = (given.faults ?? []).map(checkFault);
  const limits = checkLimits(given.limits ?? {});
  changeBehaviour(world.behaviour, given.behaviour ?? {});
  if (given.reset) {
    world.scripts.length = 0;
    world.faults.clear();
    for (const receiver of world.webhooks) receiver.stop();
  }
  for (const webhook of given.webhooks ?? []) sendWebhooks(world, webhook);
  world.scripts.push(...scripts);
  for (const fault of faults) world.addFault(fault);
  world.limit(limits);
  if (!given.randomFaults) return;
  const { seed, ...options } = given.randomFaults;
  world.addFault(randomFaults(seed, options));
}

async function advance(world: World, given: { advance: Duration }): Promise<{ now: number }> {
  known('clock', given, ['advance']);
  await world.clock.advance(given.advance);
  return { now: world.now };
}
