import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkerOptions } from '@temporalio/worker';
import { connect } from '../client/connect.js';
import type { Perdure } from '../client/perdure.js';
import { type Limits, limitsStarts } from '../core/admission.js';
import { type Duration, parseDuration } from '../core/duration.js';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { defaultTaskQueue } from '../core/names.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import { drivenClock, scaledClock } from '../simulator/clock.js';
import type { Ledger } from '../simulator/ledger.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.js';
import type { AccountOptions } from '../worker/accounts.js';
import { PerdurePlugin, type PerdurePluginOptions } from '../worker/plugin.js';
import { ownWorkflowBundle } from '../worker/workflow-bundle.js';
import { nextQuestion } from './open-question.js';
import { replayAll } from './replay.js';
import { startRealServer, startSkippingServer, type TestServer, timeSkipping } from './test-server.js';

/** What is tested, and in which time. */
export interface PerdureTestOptions {
  /** The user's workflows file. Default: Perdure's own workflows alone. */
  workflowsPath?: string;
  /** The user's activities. */
  activities?: WorkerOptions['activities'];
  /** What `schema()` names in the workflows. */
  schemas?: PerdurePluginOptions['schemas'];
  /** Where `secret()` is looked up. Default: as the plugin does. */
  secrets?: PerdurePluginOptions['secrets'];
  /** What credits and browser hours cost, for budgets of money. */
  prices?: PerdurePluginOptions['prices'];
  /** Accounts beside `anchor/default` and `browserbase/default`, which are the simulator's. */
  accounts?: Record<string, AccountOptions>;
  /** What the two default accounts allow. Default: no limits. */
  limits?: Limits;
  /** How many blocking calls (`anchor.sessionAgent`) go on at once. Default 50. */
  blockingSlots?: number;
  /**
   * `skipping`: waiting costs no time (needs Java and the test server; it has no `list`, and no time passes while
   * `anchor.sessionAgent` holds its call). `real`: a real server, with every timing and the simulator's lives scaled.
   * Default: skipping where it is at hand.
   */
  time?: 'skipping' | 'real';
  /** In real time: how much shorter everything is. Default 0.01: an hour takes 36 seconds. */
  scale?: number;
  /**
   * Whether every history that the test made is replayed when it closes, so that a workflow which depends on more than its
   * input and what came is found. Default true.
   */
  replays?: boolean;
  /** Options of the simulator; its clock is set here. */
  simulator?: Omit<SimulatorOptions, 'clock'>;
}

/** A server, the simulator and a worker with the user's workflows. */
export interface PerdureTest {
  /** Of the server that was started. */
  readonly client: Client;
  /** Connected to that server; it starts runs, asks and answers. */
  readonly perdure: Perdure;
  /** Where the workflows under test are to be started. */
  readonly taskQueue: string;
  /** Both providers: what their agents do is said here. */
  readonly simulator: Simulator;
  /** The providers' book: what they were asked, and what lives. */
  readonly ledger: Ledger;
  /** Whether waiting costs no time. */
  readonly skipsTime: boolean;
  /** The home of the worker, removed at the end. */
  readonly home: string;
  /**
   * The next open question of a workflow or of its runs; time passes until there is one. Throws `question-not-found` when
   * the workflow ends before, or after an hour.
   */
  nextQuestion(of: { workflowId: string }): Promise<Question>;
  /** Answers a question as this person, and says whether that was taken. */
  answer(question: Question, answer: Json, options: { by: string }): Promise<AnswerVerdict>;
  /** Lets time pass at the server and at the providers alike. */
  advance(by: Duration): Promise<void>;
  /**
   * Stops everything; open runs are left where they are. Then throws `history-diverged` where a history, replayed, leads
   * its workflow elsewhere.
   */
  close(): Promise<void>;
}

/** Starts what a test of one's own workflows needs: a Temporal server, both providers simulated, and a worker. */
export async function perdureTest(options: PerdureTestOptions = {}): Promise<PerdureTest> {
  const { time = timeSkipping().available ? 'skipping' : 'real' } = options;
  const scale = time === 'real' ? (options.scale ?? 0.01) : 1;
  const server = await (time === 'real' ? startRealServer() : startSkippingServer());
  const ends = [() => server.close()];
  const close = () => endAll(ends.splice(0).reverse());
  try {
    const clock = server.skipsTime ? drivenClock(await server.now()) : scaledClock(1 / scale);
    const simulator = await startSimulator({ ...options.simulator, clock });
    ends.push(() => simulator.close());
    if (server.skipsTime) followTime(simulator, server);
    const plugin = new PerdurePlugin({ ...pluginOptions(options, simulator), home: server.home, timeScale: scale });
    const workflowBundle = await bundleFor(options, plugin);
    const worker = await makeWorker(options, server, { plugin, workflowBundle });
    const { taskQueue } = worker.options;
    if (options.replays ?? true) {
      // Workers of the user's on other task queues have workflows that are not at hand here.
      const replayers = new Map(
        [defaultTaskQueue, taskQueue].map((queue) => [queue, queue === taskQueue ? { workflowBundle } : {}]),
      );
      const { client, skipsTime } = server;
      ends.push(async () => void (await replayAll(client, { replayers, onlyThese: true, skipsTime })));
    }
    const running = worker.run();
    running.catch(() => undefined);
    ends.push(async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled([running]);
    });
    const own = { home: server.home, timeScale: scale, env: {}, deployment: 'test' };
    const limited = () => limitsStarts(options.limits ?? {});
    const perdure = await connect({ ...own, client: server.client, limited });
    return handleOf({ server, simulator, perdure, taskQueue, scale }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Does all of them, whichever fails; throws the first error at the end. */
async function endAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends) await end().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function bundleFor({ workflowsPath }: PerdureTestOptions, plugin: PerdurePlugin): Promise<{ code: string }> {
  if (workflowsPath === undefined) return ownWorkflowBundle();
  return bundleWorkflowCode({ workflowsPath, plugins: [plugin], logger: new DefaultLogger('WARN') });
}

function makeWorker(
  { workflowsPath, activities }: PerdureTestOptions,
  { connection, client }: TestServer,
  { plugin, workflowBundle }: { plugin: PerdurePlugin; workflowBundle: { code: string } },
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: client.options.namespace,
    workflowBundle,
    // Without workflows of the user's, Perdure's own queue is all that has to be served.
    taskQueue: workflowsPath ? `test-${randomUUID().slice(0, 8)}` : defaultTaskQueue,
    activities,
    plugins: [plugin],
  });
}

function pluginOptions(
  options: PerdureTestOptions,
  { anchorUrl, browserbaseUrl, keys }: Simulator,
): PerdurePluginOptions {
  return {
    schemas: options.schemas,
    secrets: options.secrets,
    prices: options.prices,
    blockingSlots: options.blockingSlots,
    // Scaled time has little of it for the looks at one run to wait for those at another.
    ...(options.time === 'real' && { runsPerWatcher: 1 }),
    deployment: 'test',
    env: {},
    accounts: {
      ...options.accounts,
      'anchor/default': { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl, limits: options.limits },
      'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl, limits: options.limits },
    },
  };
}

/** Before the simulator does anything, its time is brought to the server's. */
function followTime(simulator: Simulator, server: TestServer): void {
  simulator.when({ phase: 'received' }, async () => {
    const ahead = (await server.now()) - simulator.clock.now();
    if (ahead > 0) await simulator.clock.advance(ahead);
  });
  simulator.fault({
    kind: 'status',
    status: 400,
    on: 'start',
    endpoint: 'anchor.sessionAgent',
    times: 'always',
    message: "The call would hold the time that is to be skipped; test it with perdureTest({ time: 'real' }).",
  });
}

interface Parts {
  server: TestServer;
  simulator: Simulator;
  perdure: Perdure;
  taskQueue: string;
  scale: number;
}

function handleOf({ server, simulator, perdure, taskQueue, scale }: Parts, close: () => Promise<void>): PerdureTest {
  const pass = async (ms: number) => {
    await server.sleep(server.skipsTime ? ms : ms * scale);
  };
  return {
    client: server.client,
    perdure,
    taskQueue,
    simulator,
    ledger: simulator.ledger,
    skipsTime: server.skipsTime,
    home: server.home,
    nextQuestion: ({ workflowId }) => nextQuestion(server.client, workflowId, pass),
    answer: ({ id }, answer, answerOptions) => perdure.answer(id, answer, { ...answerOptions, channel: 'test' }),
    advance: (by) => pass(milliseconds(by)),
    close,
  };
}

function milliseconds(duration: Duration): number {
  const ms = parseDuration(duration);
  if (ms !== undefined) return ms;
  throw new PerdureError({
    code: 'bad-input',
    message: `'${duration}' is not a duration.`,
    hint: "Write one such as '3 days'.",
  });
}
