import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { scaledClock } from '../clock.js';
import { type Simulator, startSimulator } from '../simulator.js';
import { signatureOf } from './webhooks.js';

const secret = 'whsec-of-the-test';
const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Received {
  type: string;
  id: string;
  signed: boolean;
  data: Record<string, unknown>;
}

/** A receiver that gives these statuses one after the other, then 200. */
async function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const at = Number(request.headers['anchor-timestamp']) * 1000;
      const signed = signatureOf(secret, body, at)['anchor-signature'] === request.headers['anchor-signature'];
      const { type, id, data } = JSON.parse(body) as Received;
      received.push({ type, id, signed, data });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function simulatorWithClock(): Promise<Simulator> {
  const simulator = await startSimulator({ clock: scaledClock(20) });
  open.push(() => simulator.close());
  return simulator;
}

async function call(simulator: Simulator, method: string, path: string, body?: unknown) {
  const headers = { 'anchor-api-key': simulator.keys.anchor[0] ?? '', 'content-type': 'application/json' };
  const reply = await fetch(`${simulator.anchorUrl}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await reply.json()) as { data: { id: string; requests: { requestId: string }[] } };
}

test('a receiver is told by signed events that an agent asks, was answered and has ended, without anybody looking', async () => {
  const simulator = await simulatorWithClock();
  const { received, url } = await receiver();
  simulator.webhooks({ url, secret });
  simulator.on('anchor.webTask').lasts('4 s').asks({ message: 'Which?', after: '1 s' });
  const session = (await call(simulator, 'POST', '/v1/sessions', {})).data.id;
  await call(simulator, 'POST', `/v1/tools/perform-web-task?sessionId=${session}`, {
    prompt: 'look',
    async: true,
    human_intervention: true,
  });
  const types = () => received.map(({ type }) => type);
  await expect.poll(types, { timeout: 10_000 }).toEqual(['intervention.requested']);
  const [asked] = received;
  expect(asked).toMatchObject({ signed: true, data: { session_id: session, message: 'Which?' } });
  await call(simulator, 'POST', `/v1/sessions/${session}/agent/respond-to-human-intervention`, {
    requestId: asked?.data.request_id,
    response: 'this',
  });
  await expect
    .poll(types, { timeout: 10_000 })
    .toEqual(['intervention.requested', 'intervention.resolved', 'task.completed']);
  expect(received.every(({ signed }) => signed)).toBe(true);
});

test('a delivery that met a 5xx is made again as the same event, and one that was refused is not', async () => {
  const simulator = await simulatorWithClock();
  const { received, url } = await receiver(500, 200, 400);
  const { deliveries } = simulator.webhooks({ url, secret, events: ['task.completed'] });
  simulator.on('anchor.webTask').lasts('1 s');
  const start = () => call(simulator, 'POST', '/v1/tools/perform-web-task', { prompt: 'look', async: true });
  await start();
  await expect.poll(() => deliveries.length, { timeout: 10_000 }).toBe(2);
  expect(deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([
    [500, 1],
    [200, 2],
  ]);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  await start();
  await expect.poll(() => deliveries.at(-1)?.status, { timeout: 10_000 }).toBe(400);
});
