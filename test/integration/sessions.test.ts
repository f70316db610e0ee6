import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import type { RequestEntry } from '../../src/simulator/ledger.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  await t.close();
});

const clean = { confirmed: true, left: [] };

/** A session that the caller opened at Anchor, past Perdure. */
async function openSession(): Promise<string> {
  const answer = await fetch(`${t.simulator.anchorUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'anchor-api-key': t.simulator.keys.anchor[0] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ session: { tags: ['the-caller'], timeout: { max_duration: -1, idle_timeout: -1 } } }),
  });
  const { data } = (await answer.json()) as { data: { id: string } };
  return data.id;
}

const isLive = (id: string) => t.ledger.open.some((record) => record.kind === 'session' && record.id === id);

const inSession: Record<string, (text: string, sessionId: string) => AgentSpec> = {
  webTask: (prompt, sessionId) => anchor.webTask({ prompt, sessionId }),
  sessionAgent: (prompt, session_id) => anchor.sessionAgent({ prompt, session_id }),
  task: (Note, session_id) => anchor.task({ taskId: 'task-1', input_params: { Note }, session_id }),
  namedTask: (text, sessionId) => anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text }, sessionId }),
};
const builders = Object.keys(inSession);

function startOf(text: string): RequestEntry | undefined {
  const starts = t.ledger.requests({ operation: 'start' });
  return starts.find(({ body }) => JSON.stringify(body).includes(text));
}

test.concurrent.each(builders)("a session of the caller's outlives a %s run that completes", async (builder) => {
  const sessionId = await openSession();
  const text = `completes in the caller's ${builder}`;
  const agent = inSession[builder]?.(text, sessionId) ?? browserbase.agentRun({ task: text });
  const run = await t.perdure.start({ key: `completes-${builder}`, agent });
  const outcome = await run.outcome();
  expect(outcome).toMatchObject({ status: 'completed', cleanup: clean, provider: { sessionId } });
  expect(isLive(sessionId)).toBe(true);
  const sent = startOf(text);
  const cleanup = { task: 'cleanup_sessions', namedTask: 'cleanupSessions' }[builder];
  if (cleanup) expect(sent?.body).toMatchObject({ [cleanup]: false });
});

test.concurrent.each(builders)("a session of the caller's outlives a %s run that fails", async (builder) => {
  const sessionId = await openSession();
  const text = `fails in the caller's ${builder}`;
  t.simulator.on('*', { text }).fails('The page was gone');
  const agent = inSession[builder]?.(text, sessionId) ?? browserbase.agentRun({ task: text });
  const run = await t.perdure.start({ key: `fails-${builder}`, agent, onUnknownStart: 'fail' });
  expect(['failed', 'unknown']).toContain((await run.outcome()).status);
  expect(isLive(sessionId)).toBe(true);
});

test.concurrent.each(builders)("a session of the caller's outlives a %s run that is cancelled", async (builder) => {
  const sessionId = await openSession();
  const text = `cancelled in the caller's ${builder}`;
  t.simulator.on('*', { text }).neverEnds();
  const agent = inSession[builder]?.(text, sessionId) ?? browserbase.agentRun({ task: text });
  const accepted = t.simulator.next({ on: 'start', text, phase: 'effected' });
  const run = await t.perdure.start({ key: `cancelled-${builder}`, agent });
  await accepted;
  await run.cancel();
  const outcome = await run.outcome();
  // The call that blocks was cut off: nobody knows whether its agent goes on.
  const status = builder === 'sessionAgent' ? 'unknown' : 'cancelled';
  expect(outcome).toMatchObject({ status, cleanup: { confirmed: false } });
  // Nothing but the end of its session would stop it, and that session is not ours.
  expect(outcome.cleanup.left).toEqual([expect.stringMatching(/^run:/)]);
  expect(isLive(sessionId)).toBe(true);
  expect(t.ledger.effects({ effect: 'session.end', sessionId })).toEqual([]);
});

const withProviderSession = [
  anchor.webTask({ prompt: "the provider's session", session: 'provider' }),
  anchor.task({ taskId: 'task-1', input_params: {}, session: 'provider' }),
  anchor.namedTask({ taskName: 'invoices', session: 'provider' }),
] as const;

test.concurrent.each(withProviderSession)(
  '$endpoint leaves the session to its provider when told so',
  async (agent) => {
    const run = await t.perdure.start({ key: `provider-${agent.endpoint}`, agent });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: 'completed', cleanup: clean });
    expect(outcome.attempts[0]?.notes.join()).toContain('its own session');
    const { runId } = outcome.provider;
    const [record] = t.ledger.runs.filter(({ id }) => id === runId);
    expect(t.ledger.sessions.find(({ id }) => id === record?.sessionId)?.byProvider).toBe(true);
  },
);

const withExtra = [
  anchor.webTask({ prompt: 'extra web', extra: { brand_new: 1 } }),
  anchor.sessionAgent({ prompt: 'extra agent', extra: { brand_new: 1 } }),
  browserbase.agentRun({ task: 'extra run', extra: { brand_new: 1 } }),
] as const;

test.concurrent.each(withExtra)(
  'fields that Perdure does not know go to $endpoint as they are, and are noted',
  async (agent) => {
    const run = await t.perdure.start({ key: `extra-${agent.endpoint}`, agent });
    const outcome = await run.outcome();
    const { attempts } = outcome;
    expect(attempts.flatMap(({ notes }) => notes)).toContain("The field 'brand_new' was sent unchecked.");
    const text = 'prompt' in agent.input ? agent.input.prompt : 'extra run';
    expect(startOf(text)?.body).toMatchObject({ brand_new: 1 });
  },
);

test.concurrent('a Browserbase run carries its mark unless that is off', async () => {
  const marked = await t.perdure.start({ key: 'marked', agent: browserbase.agentRun({ task: 'with a mark' }) });
  const plain = browserbase.agentRun({ task: 'without a mark', mark: 'off' });
  const unmarked = await t.perdure.start({ key: 'unmarked', agent: plain });
  const outcomes = await Promise.all([marked.outcome(), unmarked.outcome()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'completed']);
  expect(outcomes.flatMap(({ attempts }) => attempts.flatMap(({ notes }) => notes))).toEqual([]);
  expect(JSON.stringify(startOf('with a mark')?.body)).toMatch(/\[perdure-test-/);
  expect(startOf('without a mark')?.body).toEqual({ task: 'without a mark' });
});
