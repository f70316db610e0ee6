import { expect, test } from 'vitest';
import { hiddenOf, openInbox } from '../../test/inbox/fake.js';

const id = 'perdure:run:a/b~req-1';
const place = `/questions/${encodeURIComponent(id)}`;

test('an open form does not answer what is asked under the same name since', async () => {
  const inbox = openInbox();
  inbox.client.ask({ id, form: { kind: 'confirm' }, message: 'Pay 100?' });
  const { get, post } = await inbox.signIn('ann');
  const form = { ...hiddenOf((await get(place)).text, place), confirm: 'yes' };
  inbox.client.ask({ id, form: { kind: 'confirm' }, message: 'Pay 1,000,000?', askedAt: new Date().toISOString() });
  const reply = await post(place, form);
  expect([reply.status, await reply.text()]).toEqual([409, expect.stringContaining('an earlier question')]);
  expect(inbox.client.given).toEqual([]);
});

test('a refusal is said in words, with what was entered; a password is never shown again', async () => {
  const inbox = openInbox();
  const fields = [
    { name: 'amount', label: 'Amount', required: true, type: 'number' },
    { name: 'code', label: 'Code', required: false, type: 'password' },
  ] as const;
  inbox.client.ask({ id, form: { kind: 'fields', fields: [...fields] } });
  const { get, post } = await inbox.signIn('ann');
  const form = { ...hiddenOf((await get(place)).text, place), 'field.amount': 'many', 'field.code': 'hunter2-canary' };
  const reply = await post(place, form);
  const text = await reply.text();
  expect(reply.status).toBe(409);
  expect(text).toMatch(/The field .*amount.* must be a number\./);
  expect(text).toContain('value="many"');
  expect(text).not.toContain('hunter2-canary');
});

test('in the fields of a direct question nothing is seen of what is typed, and nothing of it comes back', async () => {
  const inbox = openInbox();
  const fields = [
    { name: 'code', label: 'Code', required: true, type: 'text' },
    { name: 'digits', label: 'Digits', required: true, type: 'number' },
  ] as const;
  inbox.client.ask({ id, direct: true, form: { kind: 'fields', fields: [...fields] } });
  const { get, post } = await inbox.signIn('ann');
  const { text } = await get(place);
  expect(text.match(/<input[^>]*name="field\.[^>]*/g)).toEqual([
    expect.stringContaining('type="password"'),
    expect.stringContaining('type="password"'),
  ]);
  const form = { ...hiddenOf(text, place), 'field.code': 'canary-4711', 'field.digits': 'canary-4712' };
  const reply = await post(place, form);
  expect([reply.status, await reply.text()]).toEqual([409, expect.not.stringContaining('canary')]);
});
