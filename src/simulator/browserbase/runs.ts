import { type Call, isoTime, param, type Route, runOf } from '../call.js';
import { admitStart } from '../limit.js';
import { ok, Refusal, type Reply } from '../reply.js';
import { goOn, type Run, wakeWatchers } from '../run.js';
import { misfit } from '../shape.js';
import { say, startRun } from '../start.js';
import { documentedRunShape, resumeShape, runShape } from './shapes.js';

const endpoint = 'browserbase.agentRun';

function start(call: Call): Reply {
  const { world, account, body } = call;
  if (!world.behaviour.browserbase.newFields) {
    const wrong = misfit(body, documentedRunShape);
    if (wrong !== undefined) throw new Refusal(400, wrong);
  }
  const { agentId, pauseWhen } = body;
  if (typeof agentId === 'string' && world.agents && !world.agents.has(agentId)) {
    throw new Refusal(404, 'Agent not found');
  }
  admitStart(world, account);
  const run = startRun(call, {
    endpoint,
    text: String(body['task']),
    ...(typeof agentId === 'string' ? { taskId: agentId } : {}),
    schema: body['resultSchema'],
    mayAsk: typeof pauseWhen === 'string' && pauseWhen !== '',
    closesSession: true,
  });
  return { status: 201, body: runBody(call, run) };
}

const ends = { completed: 'COMPLETED', failed: 'FAILED', 'timed-out': 'TIMED_OUT', cancelled: 'STOPPED' } as const;
const phases = { queued: 'PENDING', working: 'RUNNING', asking: 'PAUSED', ended: 'COMPLETED' } as const;

/** The status that the provider shows, a scripted odd one included. */
export function statusOf({ world }: Call, run: Run): string {
  const age = world.now - run.createdAt;
  const odd = run.plan.reports.find(({ fromMs, forMs }) => age >= fromMs && age < fromMs + forMs);
  return odd?.status ?? (run.end ? ends[run.end.state] : phases[run.phase]);
}

export function runBody(call: Call, run: Run): Record<string, unknown> {
  const { end, session, startedAt, taskId, body } = run;
  const schema = call.world.behaviour.browserbase.echoesSchema ? body['resultSchema'] : undefined;
  return {
    runId: run.id,
    ...(taskId === undefined ? {} : { agentId: taskId }),
    task: run.text,
    status: statusOf(call, run),
    ...(session ? { sessionId: session.id, sandboxId: `sandbox-${run.id}` } : {}),
    ...(schema === undefined ? {} : { resultSchema: schema }),
    ...(end ? outcomeOf(run) : {}),
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
    ...(end ? { endedAt: isoTime(end.at) } : {}),
    createdAt: isoTime(run.createdAt),
    updatedAt: isoTime(run.updatedAt),
  };
}

/** A completed run without output has no `result`. */
function outcomeOf({ end, plan, text, body, answers }: Run): Record<string, unknown> {
  if (end?.state === 'completed') {
    const result = plan.result({ text, body, answers });
    return result === undefined || result === null ? {} : { result };
  }
  if (end?.state !== 'failed') return {};
  return { cause: { code: (end.code ?? 'AGENT_ERROR').slice(0, 64), message: (end.message ?? '').slice(0, 500) } };
}

const ownRun = (call: Call): Run => runOf(call, param(call, 'runId'), endpoint);

/** 202; the run goes on until it is seen to be stopped. A second stop of a run that is stopping is accepted too. */
function stop(call: Call): Reply {
  const { world, account, entry } = call;
  const run = ownRun(call);
  if (run.end) throw new Refusal(409, 'The run has finished');
  world.book.effect(account, entry, { effect: 'stop', endpoint, runId: run.id });
  if (!run.plan.ignoresStop) run.stopAt ??= world.now + run.plan.stopTakesMs;
  world.settle(run);
  wakeWatchers(run);
  return { status: 202, body: runBody(call, run) };
}

function resume(call: Call): Reply {
  const { world, account, entry, body } = call;
  const run = ownRun(call);
  const { question } = run;
  if (!question) throw new Refusal(409, 'The run is not paused');
  const { task, variables } = body;
  // Its messages keep the names of variables; only the agent sees their values.
  const answer = filledIn(task, variables);
  run.answers.push(answer);
  const output = { type: 'text', value: task };
  const content = [{ type: 'tool-result', toolCallId: question.id, toolName: 'pause', output }];
  say(run, world.now, { role: 'tool', content });
  goOn(run, world.now);
  const detail = { questionId: question.id, answer };
  world.book.effect(account, entry, { effect: 'answer', endpoint, runId: run.id, detail });
  wakeWatchers(run);
  return { status: 202, body: runBody(call, run) };
}

function filledIn(task: unknown, variables: unknown): string {
  return String(task).replaceAll(/%(\w+)%/g, (name, key: string) => {
    const variable: unknown = typeof variables === 'object' && variables !== null && Reflect.get(variables, key);
    const value: unknown = typeof variable === 'object' && variable !== null && Reflect.get(variable, 'value');
    return typeof value === 'string' ? value : name;
  });
}

const path = '/v1/agents/runs';

export const runRoutes: readonly Route[] = [
  { method: 'POST', path, operation: 'start', endpoint, body: runShape, handle: start },
  {
    method: 'GET',
    path: `${path}/:runId`,
    operation: 'status',
    endpoint,
    handle: (call) => ok(runBody(call, ownRun(call))),
  },
  { method: 'POST', path: `${path}/:runId/stop`, operation: 'stop', endpoint, handle: stop },
  { method: 'POST', path: `${path}/:runId/resume`, operation: 'answer', endpoint, body: resumeShape, handle: resume },
];
