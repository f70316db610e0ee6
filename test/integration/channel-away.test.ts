import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSkippingServer, type TestServer, timeSkipping } from '../../src/testing/test-server.js';
import type { Notice } from '../../src/core/notice.js';
import { openReceiver, type Receiver } from '../support/receiver.js';
import { closeTelling, endNotice, openTelling, questionNotice } from '../support/telling.js';

const hour = 3_600_000;

const channels = [
  { name: 'away', type: 'webhook', urlEnv: 'AWAY_URL', secretEnv: 'SECRET' },
  { name: 'here', type: 'webhook', urlEnv: 'HERE_URL', secretEnv: 'SECRET' },
];
const told = channels.map(({ name }) => ({ channel: name, told: true }));

const { available } = timeSkipping();
const skippingTest = test.skipIf(!available);

let server: TestServer;
let away: Receiver;
let here: Receiver;
beforeAll(async () => {
  if (!available) return;
  server = await startSkippingServer();
  [away, here] = await Promise.all([openReceiver(), openReceiver()]);
});
afterAll(async () => {
  if (available) await Promise.all([closeTelling(server), away.close(), here.close()]);
});

const open = () =>
  openTelling(server, channels, { AWAY_URL: away.url, HERE_URL: here.url, SECRET: 'a secret of the test' });

/** How often a receiver got this. */
function triesOf({ received }: Receiver, { id }: Notice): number {
  return received.filter(({ body }) => JSON.parse(body).id === id).length;
}

skippingTest(
  'a channel that is down for an hour is told once it is up; the other was told at once, and the asker has gone on',
  async () => {
    away.answer = (response) => void response.writeHead(503).end();
    const { worker, tell, report, lasted } = await open();
    await worker.runUntil(async () => {
      const notice = questionNotice({ at: new Date(await server.now()).toISOString() });
      const asker = await tell(notice);
      expect(await asker.result()).toBe('went on');
      await here.until(1);
      await server.sleep(hour);
      const tries = triesOf(away, notice);
      expect(tries).toBeGreaterThan(15);
      away.answer = (response) => void response.writeHead(204).end();
      expect(await report(notice)).toEqual(told);
      expect(await lasted(asker.workflowId)).toBeLessThan(hour / 60);
      const hours = (await lasted(notice)) / hour;
      expect(hours).toBeGreaterThan(1);
      expect(hours).toBeLessThan(1.2);
      expect(triesOf(away, notice)).toBe(tries + 1);
      expect(triesOf(here, notice)).toBe(1);
    });
  },
);

skippingTest('a channel that is down for more than a day is given up, and that is told', async () => {
  away.answer = (response) => void response.writeHead(503).end();
  const { worker, tell, report, lasted } = await open();
  await worker.runUntil(async () => {
    const notice = endNotice();
    await (await tell(notice)).result();
    const error = { code: 'channel-unreachable', message: "The channel 'away' answered 503." };
    expect(await report(notice)).toEqual([{ channel: 'away', told: false, error }, told[1]]);
    const hours = (await lasted(notice)) / hour;
    expect(hours).toBeGreaterThan(23.8);
    expect(hours).toBeLessThan(24.2);
  });
});

skippingTest('a channel that asks for an hour of patience gets it', async () => {
  away.answer = (response) => {
    response.writeHead(429, { 'retry-after': '3600' }).end();
    away.answer = (next) => void next.writeHead(204).end();
  };
  const { worker, tell, report, lasted } = await open();
  await worker.runUntil(async () => {
    const notice = endNotice();
    await (await tell(notice)).result();
    expect(await report(notice)).toEqual(told);
    expect(await lasted(notice)).toBeGreaterThan(hour * 0.99);
    expect(triesOf(away, notice)).toBe(2);
  });
});
