import { expect, test } from 'vitest';
import { signWebhook, webhookId } from './standard-webhook.js';

const body = '{"test": 2432232314}';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const now = 1_614_265_330_000;

test('a body is signed as the example of Standard Webhooks', () => {
  expect(signWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', id, body, now)).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a secret of any other form is the key as it stands', () => {
  const signature = (secret: string) => signWebhook(secret, id, body, now)['webhook-signature'];
  const key = Buffer.from('any text at all').toString('base64');
  expect(signature('any text at all')).toBe(signature(`whsec_${key}`));
  expect(signature('whsec_not base64!')).toBe(
    signature(`whsec_${Buffer.from('whsec_not base64!').toString('base64')}`),
  );
});

test('the id of a webhook is the same each time, and a header can carry it whatever the notice is called', () => {
  expect(webhookId('perdure:run:ä/日本~q.1')).toBe(webhookId('perdure:run:ä/日本~q.1'));
  expect(webhookId('a')).not.toBe(webhookId('b'));
  expect(webhookId('perdure:run:ä\n')).toMatch(/^msg_[\w-]{43}$/);
});
