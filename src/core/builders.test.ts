import { expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase, callerSession, mayAsk, opensSession } from './builders.js';
import { isSecretRef, secret } from './secret.js';

const prompt = 'p';
const taskId = 't';
const taskName = 'n';

test('a builder records its endpoint and its input as plain data', () => {
  const spec = anchor.webTask({ prompt, secret_values: { PW: secret('PORTAL_PW') } });
  expect(JSON.parse(JSON.stringify(spec))).toEqual({
    endpoint: 'anchor.webTask',
    input: { prompt: 'p', secret_values: { PW: { $secret: 'PORTAL_PW' } } },
  });
});

test.each<[AgentSpec, string | undefined, boolean]>([
  [anchor.webTask({ prompt }), undefined, true],
  [anchor.webTask({ prompt, sessionId: 's' }), 's', false],
  [anchor.webTask({ prompt, session: 'provider' }), undefined, false],
  [anchor.sessionAgent({ prompt, session: { tags: ['a'] } }), undefined, true],
  [anchor.sessionAgent({ prompt, session_id: 's' }), 's', false],
  [anchor.task({ taskId, input_params: {} }), undefined, true],
  [anchor.task({ taskId, input_params: {}, session_id: 's' }), 's', false],
  [anchor.namedTask({ taskName }), undefined, true],
  [anchor.namedTask({ taskName, sessionId: 's' }), 's', false],
  [browserbase.agentRun({ task: 't' }), undefined, false],
])('%j has the session %s of the caller’s, and Perdure opens one: %s', (spec, session, opens) => {
  expect(callerSession(spec)).toBe(session);
  expect(opensSession(spec)).toBe(opens);
});

test.each<[AgentSpec, boolean]>([
  [anchor.webTask({ prompt }), false],
  [anchor.webTask({ prompt, human_intervention: true }), true],
  [anchor.webTask({ prompt, human_intervention: true, session: 'provider' }), false],
  [anchor.sessionAgent({ prompt, human_intervention: true, session_id: 's' }), true],
  [anchor.task({ taskId, input_params: {} }), true],
  [anchor.task({ taskId, input_params: {}, session: 'provider' }), false],
  [anchor.namedTask({ taskName }), false],
  [browserbase.agentRun({ task: 't' }), false],
  [browserbase.agentRun({ task: 't', pauseWhen: 'a code is asked for' }), true],
  [browserbase.agentRun({ task: 't', agentId: 'a' }), true],
])('%j may ask a person: %s', (spec, expected) => {
  expect(mayAsk(spec)).toBe(expected);
});

test.each([null, 'x', {}, { $secret: 1 }, { $secret: 'A', more: 1 }, ['$secret']])(
  '%j is no reference to a secret',
  (value) => {
    expect(isSecretRef(value)).toBe(false);
  },
);
