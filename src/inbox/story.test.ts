import { expect, test } from 'vitest';
import { openInbox } from '../../test/inbox/fake.js';

test('of a run with many messages the newest are shown', async () => {
  const inbox = openInbox();
  inbox.client.run('long', { endpoint: 'browserbase.agentRun', account: 'browserbase/default' });
  const at = new Date().toISOString();
  inbox.driver.messages = async (_, cursor = '0') => {
    const from = Number(cursor);
    const left = Math.min(100, 1234 - from);
    const messages = Array.from({ length: left }, (__, index) => {
      const id = String(from + index + 1);
      return { id, at, role: 'assistant', text: `message ${id}.` };
    });
    return { messages, cursor: String(from + left) };
  };
  const { text } = await (await inbox.signIn('ann')).get('/runs/long');
  expect(text).toContain('message 1234.');
  expect(text).toContain('message 1185.');
  expect(text).not.toContain('message 1184.');
});

const prices = { anchor: { perCredit: 0.5 }, browserbase: { perBrowserHour: 0.12 } };
const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 4, 0, second)).toISOString();

test('the story of a run that goes on has its states, starts, questions and answers, messages, cost and place in Temporal', async () => {
  const inbox = openInbox({ prices, temporalUi: { url: 'http://127.0.0.1:8233', namespace: 'default' } });
  inbox.client.run('a', {
    status: 'running',
    providerStatus: 'RUNNING',
    sessionId: 's-1',
    startedAt: at(0),
    attempts: [
      { generation: 1, outcome: 'unknown', startedAt: at(1), notes: ['Its answer was lost.'], fence: 'confirmed' },
      { generation: 2, outcome: 'accepted', startedAt: at(2), runId: 'r-2', notes: [] },
    ],
  });
  const question = { id: 'perdure:run:a~q', message: 'Which town?', state: 'applied', answer: 'Bern' } as const;
  inbox.client.ask({ ...question, by: 'bob', channel: 'link', askedAt: at(3), answeredAt: at(4) });
  inbox.driver.messages = async () => ({ messages: [{ id: '1', at: at(5), role: 'assistant', text: 'I open it.' }] });
  inbox.driver.session = async () => ({ live: true, providerStatus: 'running', usage: { steps: 7, credits: 0.5 } });
  const { text } = await (await inbox.signIn('ann')).get('/runs/a');
  const plain = text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  for (const part of [
    '1. unknown',
    'Its answer was lost.',
    'fence confirmed',
    '2. accepted',
    'run r-2',
    'Which town? Answered by bob through link',
    'Bern',
    'assistant 2026-11-28 04:00 UTC I open it.',
    'Used 7 steps, 0.5 credits',
    'Cost 0.25 by the configured prices, so far',
    'States queued 2026-11-28 04:00 UTC it was asked for starting 2026-11-28 04:00 UTC start 1 starting 2026-11-28 04:00 UTC start 2 waiting for person 2026-11-28 04:00 UTC The agent asks running 2026-11-28 04:00 UTC bob answered',
  ]) {
    expect(plain).toContain(part);
  }
  expect(text).toContain('href="http://127.0.0.1:8233/namespaces/default/workflows/perdure%3Arun%3Aa"');
});

test('of an ended run the cost is what its outcome says by the prices, on its page and in the API', async () => {
  const inbox = openInbox({ prices });
  const endpoint = 'browserbase.agentRun';
  inbox.client.run('b', { status: 'completed', endpoint, account: 'browserbase/default', runId: 'r-1' });
  inbox.client.ends.set('b', { usage: { seconds: 1800 }, provider: { runId: 'r-1' } });
  const { text } = await (await inbox.signIn('ann')).get('/runs/b');
  expect(text).toContain('0.06 by the configured prices');
  expect(await (await inbox.api('ann', '/api/runs/b')).json()).toMatchObject({ cost: 0.06 });
  const unpriced = openInbox();
  unpriced.client.run('b', { status: 'completed', endpoint, account: 'browserbase/default', runId: 'r-1' });
  unpriced.client.ends.set('b', { usage: { seconds: 1800 }, provider: { runId: 'r-1' } });
  const page = await (await unpriced.signIn('ann')).get('/runs/b');
  expect(page.text).toContain('not known: prices.browserbase.perBrowserHour is not configured');
  expect(await (await unpriced.api('ann', '/api/runs/b')).json()).not.toHaveProperty('cost');
});
