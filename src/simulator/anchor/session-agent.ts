import { type Call, liveSessionOf, param, type Route, sessionOf } from '../call.js';
import { ok, Refusal, type Reply } from '../reply.js';
import { halt, type Run } from '../run.js';
import { ended, resultOf, startAtAnchor } from './runs.js';
import { sessionAgentShape } from './shapes.js';

const endpoint = 'anchor.sessionAgent';

/** Blocks for as long as the agent works. Several agents in one session are let be: nothing is documented against it. */
async function run(call: Call): Promise<Reply> {
  const { world, body } = call;
  const session = liveSessionOf(call, param(call, 'sessionId'));
  const started = startAtAnchor(call, {
    endpoint,
    text: String(body['prompt']),
    schema: body['output_schema'],
    mayAsk: body['human_intervention'] === true,
    session,
    closesSession: false,
  });
  const end = await ended(call, started);
  if (end.state === 'completed') {
    const result = resultOf(started);
    return ok({ status: 'completed', result, data: { result } });
  }
  if (world.behaviour.anchor.syncFailure === '500') throw new Refusal(500, end.message ?? 'The agent failed');
  return ok({ status: 'failed', error: end.message });
}

const liveRunsIn = (call: Call): { runs: readonly Run[] } => {
  const session = liveSessionOf(call, param(call, 'sessionId'));
  session.touchedAt = call.world.now;
  return { runs: session.runs.filter((each) => !each.end) };
};

function pause(call: Call): Reply {
  return setHalted(call, true);
}

function resume(call: Call): Reply {
  return setHalted(call, false);
}

function setHalted(call: Call, halted: boolean): Reply {
  const { world, account, entry } = call;
  const { runs } = liveRunsIn(call);
  for (const each of runs) {
    halt(each, halted, world.now);
    const effect = halted ? 'pause' : 'resume';
    const sessionId = sessionOf(call, param(call, 'sessionId')).id;
    world.book.effect(account, entry, { effect, endpoint: each.endpoint, runId: each.id, sessionId });
  }
  return ok({ data: { status: halted ? 'paused' : 'resumed' } });
}

export const sessionAgentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/sessions/:sessionId/agent/run',
    operation: 'start',
    endpoint,
    body: sessionAgentShape,
    handle: run,
  },
  { method: 'POST', path: '/v1/sessions/:sessionId/agent/pause', operation: 'pause', handle: pause },
  { method: 'POST', path: '/v1/sessions/:sessionId/agent/resume', operation: 'resume', handle: resume },
];
