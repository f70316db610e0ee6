import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, dataOf, type Fields, openBench } from '../test-caller.js';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.sim.close());

const asked = async (session: string) => {
  const answer = await bench.ask('GET', `/anchor/v1/sessions/${session}/agent/requested-human-intervention`);
  return dataOf(answer)['requests'] as Fields[];
};
const respond = (session: string, body: Fields) =>
  bench.ask('POST', `/anchor/v1/sessions/${session}/agent/respond-to-human-intervention`, body);

async function askingSession(tags: string[] = []): Promise<{ session: string; run: string }> {
  const session = await bench.session({ session: { tags, timeout: { max_duration: -1, idle_timeout: -1 } } });
  const run = await bench.start('webTask', { human_intervention: true }, session);
  await bench.sim.clock.advance('2 s');
  return { session, run };
}

test('an agent with leave to ask waits on the queue of its session until it is answered', async () => {
  bench.sim
    .on('anchor.webTask')
    .asks({ message: 'Which account?' })
    .returns(({ answers }) => ({ account: String(answers[0]) }));
  const { session, run } = await askingSession();
  await bench.sim.clock.advance('1 day');
  const [request] = await asked(session);
  expect(request).toEqual({ requestId: expect.any(String), message: 'Which account?', inputType: 'text' });
  expect((await respond(session, { requestId: String(request?.['requestId']), response: 'north' })).status).toBe(200);
  await bench.sim.clock.advance('2 s');
  const status = await bench.ask('GET', `/anchor/v1/tools/perform-web-task/${run}/status`);
  expect(dataOf(status)).toEqual({ status: 'COMPLETED', result: { account: 'north' } });
});

test('one request shows the pending questions of all sessions, with their tags', async () => {
  bench.sim.on('anchor.webTask').asks({ kind: 'confirm', message: 'Pay?' });
  const { session } = await askingSession(['run-7']);
  await askingSession();
  const all = dataOf(await bench.ask('GET', '/anchor/v1/sessions/pending-interventions'));
  expect(all).toMatchObject({ count: 2, items: [{ sessionId: session, tags: ['run-7'], inputType: 'confirm' }, {}] });
});

test('an answer counts once, and only for a question that is pending', async () => {
  bench.sim.on('anchor.webTask').asks({ message: 'Which account?' });
  const { session } = await askingSession();
  const [request] = await asked(session);
  expect((await respond(session, { requestId: 'odd', response: 'x' })).status).toBe(404);
  expect((await respond(session, { requestId: String(request?.['requestId']), response: 'x' })).status).toBe(200);
  expect((await respond(session, { requestId: String(request?.['requestId']), response: 'x' })).status).toBe(404);
  expect(bench.sim.ledger.answers).toHaveLength(1);
});

test('an answer of the wrong kind is refused', async () => {
  const fields = [{ name: 'code', label: 'Code', required: true, type: 'password' }] as const;
  bench.sim.on('anchor.webTask').asks({ kind: 'fields', message: 'The code?', fields });
  const { session } = await askingSession();
  expect((await asked(session))[0]).toMatchObject({ inputType: 'fields', fields });
  expect((await respond(session, { response: 'x' })).status).toBe(400);
  expect((await respond(session, { response: {} })).status).toBe(400);
  expect((await respond(session, { response: { code: '1' } })).status).toBe(200);
});

test('an agent without leave to ask does not', async () => {
  bench.sim.on('anchor.webTask').asks({ message: 'Which account?' });
  const session = await bench.session();
  await bench.start('webTask', {}, session);
  await bench.sim.clock.advance('2 s');
  expect(await asked(session)).toEqual([]);
  expect(bench.sim.ledger.notes).toHaveLength(1);
});

test('an agent whose patience ends goes on without an answer', async () => {
  bench.sim.on('anchor.webTask').asks({ message: 'Which account?', patience: '1 min' });
  const { session } = await askingSession();
  expect(await asked(session)).toHaveLength(1);
  await bench.sim.clock.advance('1 min');
  expect(await asked(session)).toEqual([]);
});

test('a paused agent makes no way until it is resumed', async () => {
  const session = await bench.session();
  const run = await bench.start('webTask', {}, session);
  const agent = `/anchor/v1/sessions/${session}/agent`;
  expect(dataOf(await bench.ask('POST', `${agent}/pause`))).toEqual({ status: 'paused' });
  await bench.sim.clock.advance('4 min');
  const status = async () =>
    dataOf(await bench.ask('GET', `/anchor/v1/tools/perform-web-task/${run}/status`))['status'];
  expect(await status()).toBe('RUNNING');
  await bench.ask('POST', `${agent}/resume`);
  await bench.sim.clock.advance('3 s');
  expect(await status()).toBe('COMPLETED');
  await bench.ask('DELETE', `/anchor/v1/sessions/${session}`);
  expect((await bench.ask('POST', `${agent}/pause`)).status).toBe(400);
});
