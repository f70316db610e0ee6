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
