import type { EndpointName } from '../core/endpoints.js';
import { type BehaviourChange, changeBehaviour, checkLimits, type Limits } from './behaviour.js';
import { realClock, type SimulatorClock } from './clock.js';
import type { Fault, FaultSource } from './fault.js';
import type { HookCallback, HookEvent, HookWhere } from './hook.js';
import { Ledger } from './ledger.js';
import { known, type ScriptMatch } from './match.js';
import { taskIdOf } from './anchor/tasks.js';
import { sendWebhooks, type WebhookOptions, type WebhookSubscription } from './anchor/webhooks.js';
import { ScriptBuilder } from './script.js';
import { listen } from './server.js';
import { World } from './world.js';

/** How a simulator begins. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Seed of ids. Default 1: two simulators give the same ids in the same order. */
  readonly seed?: number;
  /** Default `realClock()`. */
  readonly clock?: SimulatorClock;
  /** The keys that are let in; each is an account of its own. Default one at each provider, in `Simulator.keys`. */
  readonly apiKeys?: { readonly anchor?: readonly string[]; readonly browserbase?: readonly string[] };
  /** Limits of every account. Default none. */
  readonly limits?: Limits;
  /** Real milliseconds before each answer. Default 0. */
  readonly latencyMs?: number;
  /** How the providers do what their documents leave open. */
  readonly behaviour?: BehaviourChange;
  /** Names of the Anchor tasks that exist. Default: every name and id does. */
  readonly tasks?: readonly string[];
  /** Ids of the Browserbase agents that exist. Default: every id does. */
  readonly agents?: readonly string[];
  /** Whether requests that only read stay in the ledger; they are counted in any case. Default true. */
  readonly keepReads?: boolean;
}

/** Both providers at one address, with a ledger of what really happened. */
export interface Simulator {
  /** Of its control API. */
  readonly url: string;
  /** What to use as Anchor's base URL. */
  readonly anchorUrl: string;
  /** What to use as Browserbase's base URL. */
  readonly browserbaseUrl: string;
  /** The keys that are let in, by provider. */
  readonly keys: { readonly anchor: readonly string[]; readonly browserbase: readonly string[] };
  /** The time that its runs live by. */
  readonly clock: SimulatorClock;
  /** What really happened. */
  readonly ledger: Ledger;
  /** Says how runs live from now on; several scripts that match one start are laid over each other, the later on top. */
  on(endpoint: EndpointName | '*', match?: ScriptMatch): ScriptBuilder;
  /** Adds a fault, or a chooser of faults such as `randomFaults`; gives back how to take it away. */
  fault(fault: Fault | FaultSource): () => void;
  /** Calls back whenever a request comes to that instant; gives back how to stop. */
  when(where: HookWhere, callback: HookCallback): () => void;
  /** The next request that comes to that instant. */
  next(where: Omit<HookWhere, 'times'>): Promise<HookEvent>;
  /** Changes how the providers do what their documents leave open. */
  behave(change: BehaviourChange): void;
  /** Replaces the limits of the providers that are named. */
  limit(limits: Limits): void;
  /** Has Anchor tell a receiver what happens to its runs, by signed webhooks. */
  webhooks(options: WebhookOptions): WebhookSubscription;
  /** The id of the Anchor task with that name. */
  taskId(name: string): string;
  /** Breaks all connections off and frees the port. */
  close(): Promise<void>;
}

const optionNames = [
  'port',
  'host',
  'seed',
  'clock',
  'apiKeys',
  'limits',
  'latencyMs',
  'behaviour',
  'tasks',
  'agents',
  'keepReads',
];

/** Starts both providers as one HTTP server. An unknown option is a `SimulatorError`. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  known('simulator', options, optionNames);
  known('apiKeys', options.apiKeys ?? {}, ['anchor', 'browserbase']);
  const clock = options.clock ?? realClock();
  const keys = {
    anchor: options.apiKeys?.anchor ?? ['anchor-simulator-key'],
    browserbase: options.apiKeys?.browserbase ?? ['browserbase-simulator-key'],
  };
  const { seed = 1, limits = {}, keepReads = true, tasks, agents } = options;
  const world = new World({ clock, seed, keys, limits: checkLimits(limits), keepReads, tasks, agents });
  changeBehaviour(world.behaviour, options.behaviour ?? {});
  const { port = 0, host = '127.0.0.1', latencyMs = 0 } = options;
  const server = await listen(world, { port, host, latencyMs });
  world.url = server.url;
  return handleOf(world, keys, async () => {
    for (const receiver of world.webhooks) receiver.stop();
    clock.close();
    await server.close();
  });
}

function handleOf(world: World, keys: Simulator['keys'], close: () => Promise<void>): Simulator {
  const { url, clock } = world;
  const when: Simulator['when'] = (where, callback) => world.hooks.add(where, callback);
  return {
    url,
    anchorUrl: `${url}/anchor`,
    browserbaseUrl: `${url}/browserbase`,
    keys,
    clock,
    ledger: new Ledger(world.book),
    on(endpoint, match) {
      const builder = new ScriptBuilder(endpoint, match, (fault) => void world.addFault(fault));
      world.scripts.push(builder);
      return builder;
    },
    fault: (fault) => world.addFault(fault),
    when,
    next: (where) => new Promise((resolve) => when({ ...where, times: 1 }, resolve)),
    behave: (change) => changeBehaviour(world.behaviour, change),
    limit: (limits) => world.limit(checkLimits(limits)),
    webhooks: (options) => sendWebhooks(world, options),
    taskId: taskIdOf,
    close,
  };
}
