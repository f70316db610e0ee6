import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Runtime } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startRealServer, type TestServer } from '../../src/testing/test-server.js';
import { openReceiver, type Received, type Receiver } from '../support/receiver.js';
import { closeTelling, endNotice, links, openTelling, questionNotice, type TellingStage } from '../support/telling.js';

const key = randomBytes(24);
const secret = `whsec_${key.toString('base64')}`;
const slackPath = `/services/T0/${randomBytes(12).toString('hex')}`;
const day = 86_400_000;

const channels = [
  { name: 'log', type: 'console' },
  { name: 'ops', type: 'webhook', urlEnv: 'OPS_URL', secretEnv: 'OPS_SECRET' },
  { name: 'team', type: 'slack', url: '${env:SLACK_URL}', events: ['run.waiting', 'question.escalated'] },
];

let server: TestServer;
let ops: Receiver;
let team: Receiver;
beforeAll(async () => {
  server = await startRealServer();
});
afterAll(async () => {
  await closeTelling(server);
});
beforeEach(async () => {
  [ops, team] = await Promise.all([openReceiver(), openReceiver()]);
});
afterEach(() => Promise.all([ops.close(), team.close()]));

/** Lets a worker with these channels run while the test does something. */
async function telling(configured: object[], run: (stage: TellingStage) => Promise<void>): Promise<void> {
  const env = { OPS_URL: `${ops.url}/hooks?t=${slackPath}`, OPS_SECRET: secret, SLACK_URL: `${team.url}${slackPath}` };
  const stage = await openTelling(server, configured, env);
  await stage.worker.runUntil(() => run(stage));
}

/** Standard Webhooks as its receivers read it. */
function expectSigned({ headers, body }: Received): void {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
  expect(id).toMatch(/^msg_/);
  expect(Math.abs(Date.now() / 1000 - Number(at))).toBeLessThan(60);
  const [version, given = ''] = String(signature).split(',');
  expect(version).toBe('v1');
  const own = createHmac('sha256', key)
    .update(`${String(id)}.${String(at)}.${body}`)
    .digest();
  expect(timingSafeEqual(own, Buffer.from(given, 'base64'))).toBe(true);
}

/** What workers write to their log meanwhile. */
function listen(): string[] {
  const lines: string[] = [];
  const { logger } = Runtime.instance();
  const { info } = logger;
  logger.info = (message, meta) => void lines.push(`${message} ${JSON.stringify(meta)}`);
  onTestFinished(() => {
    logger.info = info;
  });
  return lines;
}

test('a question is told to every channel that wants it: signed, with a link for each addressee, which the log has not', async () => {
  const lines = listen();
  const notice = questionNotice({ deadline: new Date(Date.now() + day).toISOString() });
  await telling(channels, async ({ tell, report }) => {
    expect(await (await tell(notice)).result()).toBe('went on');
    expect(await report(notice)).toEqual(['log', 'ops', 'team'].map((channel) => ({ channel, told: true })));
  });
  const [hook] = ops.received;
  if (!hook) throw new TypeError('nothing was received');
  expectSigned(hook);
  expect(hook.path).toBe(`/hooks?t=${slackPath}`);
  const body = JSON.parse(hook.body);
  const page = `https://inbox.example/questions/${encodeURIComponent(notice.questionId)}`;
  expect(body).toEqual({ ...notice, page, links: notice.to.map((to) => ({ to, url: expect.any(String) })) });
  for (const { to, url } of body.links) {
    const [base, token] = url.split('/link/');
    expect(base).toBe('https://inbox.example');
    const verdict = await links.verify(token, { questionId: notice.questionId });
    expect(verdict).toMatchObject({
      ok: true,
      link: { addressee: to, expiresAt: expect.closeTo(Date.now() + day, -5) },
    });
  }
  const message = JSON.parse(team.received[0]?.body ?? '');
  expect(team.received[0]?.path).toBe(slackPath);
  for (const { to, url } of body.links) expect(message.text).toContain(`<${url}|Answer as ${to}>`);
  const told = lines.filter((line) => line.includes('Which account?'));
  expect(told).toEqual([
    expect.stringContaining(`Which account? | For ann, finance, until ${notice.deadline} | ${page}`),
  ]);
  expect(lines.join()).not.toMatch(/\/link\/|There are two/);
});

test('an end is told only to those who want to know of ends', async () => {
  const notice = endNotice();
  await telling(channels, async ({ tell, report }) => {
    await tell(notice);
    await ops.until(1);
    expect(await report(notice)).toEqual(['log', 'ops'].map((channel) => ({ channel, told: true })));
  });
  const page = `https://inbox.example/runs/${notice.key}`;
  expect(JSON.parse(ops.received[0]?.body ?? '')).toEqual({ ...notice, page, links: [] });
  expect(team.received).toEqual([]);
});

test('without a channel for it, nothing is started', async () => {
  const notice = endNotice();
  await telling([channels[2] ?? {}], async ({ tell, report }) => {
    expect(await (await tell(notice)).result()).toBe('went on');
    await expect(report(notice)).rejects.toThrow(/not found/);
  });
});

test('the same notice is told once, however often it is asked for', async () => {
  const notice = questionNotice();
  await telling(channels, async ({ tell, report }) => {
    await Promise.all((await Promise.all([tell(notice, notice), tell(notice)])).map((told) => told.result()));
    await report(notice);
    expect(await (await tell(notice)).result()).toBe('went on');
  });
  expect([ops.received.length, team.received.length]).toEqual([1, 1]);
});

test('a channel that refuses touches no other, and what became of each is told without a secret', async () => {
  const lines = listen();
  ops.answer = (response, { path, headers }) =>
    response.writeHead(410).end(JSON.stringify({ error: `${path} ${String(headers['webhook-signature'])} ${secret}` }));
  const notice = questionNotice();
  let traces = '';
  await telling(channels, async (stage) => {
    expect(await (await stage.tell(notice)).result()).toBe('went on');
    expect(await stage.report(notice)).toEqual([
      { channel: 'log', told: true },
      { channel: 'ops', told: false, error: { code: 'channel-refused', message: "The channel 'ops' answered 410." } },
      { channel: 'team', told: true },
    ]);
    traces = await stage.traces(notice);
  });
  expect(ops.received).toHaveLength(1);
  expectNoSecret({ traces, log: lines.join('\n') });
});

test('a channel that is away is told again, each time with the same id and links and a fresh signature', async () => {
  let left = 2;
  team.answer = (response) =>
    void response.writeHead((left -= 1) < 0 ? 200 : 503, { 'retry-after': '0' }).end(slackPath);
  let open = false;
  ops.answer = (response) => (open ? response.writeHead(200).end('ok') : response.socket?.destroy());
  const notice = questionNotice();
  let traces = '';
  await telling(channels, async (stage) => {
    expect(await (await stage.tell(notice)).result()).toBe('went on');
    await ops.until(2);
    traces = await stage.traces(notice);
    expect(traces).toContain("The channel 'ops' could not be reached.");
    open = true;
    expect(await stage.report(notice)).toEqual(['log', 'ops', 'team'].map((channel) => ({ channel, told: true })));
    traces += await stage.traces(notice);
  });
  expect(team.received.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => team.received[0]?.body));
  const [first, ...others] = ops.received;
  for (const other of others) {
    expectSigned(other);
    expect(other.body).toBe(first?.body);
    expect(other.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  }
  expectNoSecret({ traces });
});

test('a script or a command in a title or message reaches its readers as text', async () => {
  const evil = '<script>alert(1)</script><!channel> <https://evil.example|Answer as ann> "\\u003c';
  const notice = questionNotice({ title: evil, message: evil });
  await telling(channels, async ({ tell, report }) => {
    await tell(notice);
    await Promise.all([ops.until(1), team.until(1)]);
    await report(notice);
  });
  expect(JSON.parse(ops.received[0]?.body ?? '')).toMatchObject({ title: evil, message: evil });
  const { text, blocks } = JSON.parse(team.received[0]?.body ?? '');
  for (const shown of [text, ...blocks.map((block: { text: { text: string } }) => block.text.text)]) {
    expect(shown.replaceAll(/<https:\/\/inbox\.example\/[^|>]*\|[^<>]*>/g, '')).not.toMatch(/[<>]/);
  }
});

test('a secret that is missing, or an address that is none, is waited for', async () => {
  const notice = questionNotice();
  const stage = await openTelling(server, channels, { OPS_URL: slackPath, OPS_SECRET: secret });
  await stage.worker.runUntil(async () => {
    await stage.tell(notice);
    const traces = () => stage.traces(notice);
    await expect.poll(traces).toContain("The url of the channel 'ops' is not");
    await expect.poll(traces).toContain("The secret 'env:SLACK_URL' of the channel 'team' does not resolve");
    expectNoSecret({ traces: await traces() });
  });
  const mended = { OPS_URL: ops.url, OPS_SECRET: secret, SLACK_URL: team.url };
  const other = await openTelling(server, channels, mended);
  await other.worker.runUntil(async () => {
    expect(await other.report(notice)).toEqual(['log', 'ops', 'team'].map((channel) => ({ channel, told: true })));
  });
});

/** Neither raw nor in base64 at any alignment, whole or by its random part. */
function expectNoSecret(places: Record<string, string>): void {
  const values = [secret, slackPath, slackPath.split('/').at(-1) ?? '', key.toString('base64'), key.toString('hex')];
  for (const [place, text] of Object.entries(places)) {
    expect(text.includes('Which account?'), place).toBe(true);
    for (const value of values) {
      const encoded = [0, 1, 2].map((shift) =>
        Buffer.from('x'.repeat(shift) + value)
          .toString('base64')
          .slice(4, -4),
      );
      for (const form of [value, encodeURIComponent(value), ...encoded]) expect(text.includes(form), place).toBe(false);
    }
  }
}
