import type { EndpointName } from '../core/endpoints.js';
import type { Call } from './call.js';
import { mergedScript, type PlannedStart, plainPlan, type RunPlan } from './plan.js';
import { uuidOf } from './random.js';
import type { Run } from './run.js';
import { browserbaseMaxMs, newSession, timed } from './session-open.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** What a provider has accepted. */
export interface Accepted {
  readonly endpoint: EndpointName;
  /** The run's id where it isn't a plain UUID. */
  readonly id?: string;
  readonly text: string;
  readonly taskId?: string;
  /** The schema that the result is wanted in. */
  readonly schema?: unknown;
  readonly mayAsk: boolean;
  /** The caller's session, where it named one. */
  readonly session?: Session | undefined;
  readonly closesSession: boolean;
  /** What the session that Anchor opens is made with; the document's default of the longest duration is not for it. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** Takes a run in and writes down that it was started. */
export function startRun(call: Call, accepted: Accepted): Run {
  const { world, account, entry, body } = call;
  const { endpoint, text, session: given } = accepted;
  const now = world.now;
  const nth = (world.startCounts.get(endpoint) ?? 0) + 1;
  world.startCounts.set(endpoint, nth);
  const listLagMs = world.behaviour[account.provider].listLagMs;
  const run: Run = {
    id: accepted.id ?? world.random.uuid(),
    endpoint,
    provider: account.provider,
    account,
    text,
    body,
    ...(accepted.taskId === undefined ? {} : { taskId: accepted.taskId }),
    plan: planOf(world, { endpoint, text, nth, schema: accepted.schema, mayAsk: accepted.mayAsk, listLagMs }),
    createdAt: now,
    closesSession: accepted.closesSession,
    updatedAt: now,
    phase: 'queued',
    since: now,
    worked: 0,
    asked: 0,
    halted: false,
    stuck: false,
    answers: [],
    messages: [],
    watchers: new Set(),
  };
  enter(call, run, accepted);
  const { id: runId, session } = run;
  entry.runId = runId;
  const tags = given?.tags ?? session?.tags ?? [];
  const inSession = session ? { sessionId: session.id } : {};
  world.book.effect(account, entry, { effect: 'start', endpoint, runId, ...inSession, tags, detail: text });
  return run;
}

function enter(call: Call, run: Run, { session, configuration = {} }: Accepted): void {
  const { world, account } = call;
  world.runs.set(run.id, run);
  account.runs.push(run);
  account.liveRuns.add(run);
  if (session) {
    session.touchedAt = world.now;
    joins(run, session);
  } else if (account.provider === 'anchor') {
    joins(run, newSession(world, account, { ...timed(configuration, Infinity), byProvider: true }));
  }
  world.settle(run);
}

function joins(run: Run, session: Session): void {
  run.session = session;
  session.runs.push(run);
}

function planOf(world: World, start: PlannedStart): RunPlan {
  const { merged, resultOf } = mergedScript(world.scripts, start);
  const plan = plainPlan(merged, resultOf, start);
  if (merged.asks?.length && !start.mayAsk) {
    world.book.note(`a scripted question was left out: this ${start.endpoint} run was started without leave to ask`);
  }
  const newQuestionId = () => world.random.uuid();
  if (start.endpoint !== 'browserbase.agentRun') {
    return { ...plan, newQuestionId, onBegin: () => {}, onAsk: () => {}, onEnd: () => {} };
  }
  return {
    ...plan,
    newQuestionId,
    onBegin(run, at) {
      const session = { configuration: {}, byProvider: true, at, maxMs: browserbaseMaxMs };
      joins(run, newSession(world, run.account, session));
      say(run, at, { role: 'assistant', content: 'I begin with the task.' });
    },
    onAsk(run, at) {
      const { id = '', asked } = run.question ?? {};
      const input = { message: asked?.message ?? '' };
      const content = [{ type: 'tool-call', toolCallId: id, toolName: 'pause', input }];
      say(run, at, { role: 'assistant', content });
    },
    onEnd: (run, at) => say(run, at, { role: 'assistant', content: 'I end here.' }),
  };
}

/** Adds a message to what the run has said. */
export function say(run: Run, at: number, message: Pick<Run['messages'][number], 'role' | 'content'>): void {
  run.messages.push({ id: uuidOf(`${run.id} message ${run.messages.length}`), at, ...message });
}
