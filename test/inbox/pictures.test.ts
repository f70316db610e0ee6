import { serve } from '@hono/node-server';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { QuestionField } from '../../src/core/question.js';
import { barriersOf, walkByKeyboard } from './accessibility.js';
import { complaintsOf, openBrowser, picture, withoutBrowser } from './browser.js';
import { type FakeInbox, openInbox, tokens } from './fake.js';
import { furnishWholes } from './wholes.js';

// A browser on a machine that others are using takes its time.
vi.setConfig({ testTimeout: 300_000 });

const minute = 60_000;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();

const fields: QuestionField[] = [
  { name: 'approved', label: 'Pay it?', required: true, type: 'boolean' },
  {
    name: 'account',
    label: 'From which account',
    description: 'Only accounts that may pay abroad.',
    required: true,
    type: 'text',
    options: ['Current', 'Savings', 'Petty cash'],
  },
  { name: 'limit', label: 'At most', required: false, type: 'number', placeholder: '1500' },
  { name: 'receipt', label: 'Send the receipt to', required: false, type: 'email', placeholder: 'ann@example.com' },
  { name: 'portal', label: 'Portal', required: false, type: 'url', defaultValue: 'https://portal.example/' },
];

const looks = [
  { name: 'wide-light', options: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' } },
  { name: 'wide-dark', options: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' } },
  { name: 'phone-light', options: { viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true } },
  { name: 'phone-dark', options: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', isMobile: true } },
] as const satisfies { name: string; options: BrowserContextOptions }[];

const approval = 'pay-invoice-4711~approve';
const code = 'perdure:run:portal/login~req-2';
const done = 'perdure:run:portal/login~req-1';
const wordy = `invoices/${'a-key-as-long-as-keys-may-be/'.repeat(5)}end`;
const longWords = `perdure:run:${wordy}~req-1`;

function furnish({ client, driver }: FakeInbox): void {
  client.run('portal/login', {
    status: 'waiting-for-person',
    providerStatus: 'RUNNING',
    runId: 'run-71b2',
    sessionId: 's-9d',
    startedAt: later(-10 * minute),
    attempts: [
      {
        generation: 1,
        outcome: 'unknown',
        startedAt: later(-9 * minute),
        error: { code: 'provider-timeout', message: 'Anchor did not answer within 60 s.' },
        fence: 'confirmed',
        notes: ['Its session was ended, and had done no step.'],
      },
      {
        generation: 2,
        outcome: 'accepted',
        startedAt: later(-8 * minute),
        runId: 'run-71b2',
        sessionId: 's-9d',
        notes: [],
      },
    ],
  });
  client.run('invoices/2026-11', {
    status: 'running',
    endpoint: 'browserbase.agentRun',
    account: 'browserbase/default',
  });
  client.run('reorder-88', { status: 'completed' });
  client.run('reorder-87', { status: 'failed', endpoint: 'anchor.task' });
  client.run('price-check/2026-11-27/a-shop-with-a-rather-long-name.example', { status: 'unknown' });
  client.run('reorder-86', { status: 'timed-out' });
  driver.liveView = async () => 'http://127.0.0.1:9/live';
  driver.session = async () => ({ live: true, providerStatus: 'running', usage: { steps: 14, credits: 0.42 } });
  driver.messages = async (_, cursor) =>
    cursor === undefined
      ? {
          messages: [
            { id: '1', at: later(-2 * minute), role: 'assistant', text: 'I open the portal and look for the login.' },
            { id: '2', at: later(-minute), role: 'tool', text: '→ click "Sign in"' },
          ],
          cursor: '2',
        }
      : { messages: [], cursor };
}

function askAll({ client }: FakeInbox): void {
  client.ask({
    id: approval,
    kind: 'approval',
    key: 'pay-invoice-4711',
    title: 'Pay 1,240.00 to Hansen & Söhne?',
    message:
      'Invoice 4711 of 20 November, due in three days.\nThe amount is the one of the order; the bank account is new.',
    form: { kind: 'fields', fields },
    assignees: ['finance', 'cfo'],
    deadline: later(2 * 24 * 60 * minute),
    escalation: [{ after: 24 * 60 * minute, to: ['cfo'] }],
  });
  client.ask({
    id: code,
    title: 'The agent asks for a code',
    message: 'The portal has sent a code of six digits to the phone that ends in 42. Which is it?',
    direct: true,
    deadline: later(4 * minute),
  });
  client.ask({
    id: 'perdure:run:reorder-89~start-g1',
    kind: 'start',
    title: 'What became of a start?',
    message: 'The answer to the start was lost, and the run was not found.',
    form: { kind: 'confirm' },
    deadline: later(12 * minute),
    assignees: ['bob'],
  });
  client.ask({
    id: done,
    state: 'applied',
    by: 'bob',
    channel: 'link',
    askedAt: later(-5 * minute),
    answeredAt: later(-3 * minute),
    message: 'Which of the two accounts?',
    answer: 'The one for the office.',
  });
}

function askAtLength({ client }: FakeInbox): void {
  client.run(wordy, { status: 'waiting-for-person', providerStatus: 'W'.repeat(120), runId: 'r'.repeat(80) });
  client.ask({
    id: longWords,
    title: `Is ${'x'.repeat(120)} the right one?`,
    message: `https://portal.example/${'path/'.repeat(12)}?session=${'0123456789abcdef'.repeat(12)}`,
    form: {
      kind: 'fields',
      fields: [
        {
          name: 'n',
          label: 'L'.repeat(90),
          description: 'D'.repeat(140),
          required: true,
          type: 'text',
          options: ['O'.repeat(90), 'no'],
        },
        { name: 'm', label: `${'word '.repeat(30)}`, required: false, type: 'text', placeholder: 'P'.repeat(90) },
      ],
    },
    assignees: ['a-group-with-a-very-long-name-that-has-no-blanks-in-it-at-all', 'finance'],
  });
}

let browser: Browser;
let inbox: FakeInbox;
let url: string;
let bareUrl: string;
const servers: Server[] = [];

async function listen({ app }: FakeInbox): Promise<string> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  if (withoutBrowser !== undefined) return;
  browser = await openBrowser();
  inbox = openInbox({
    prices: { anchor: { perCredit: 0.5 } },
    temporalUi: { url: 'http://127.0.0.1:8233', namespace: 'default' },
  });
  furnish(inbox);
  furnishWholes(inbox);
  askAll(inbox);
  askAtLength(inbox);
  [url, bareUrl] = await Promise.all([listen(inbox), listen(openInbox())]);
});
afterAll(async () => {
  if (withoutBrowser !== undefined) return;
  await browser.close();
  inbox.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Signs in, with a picture of how that looks. */
async function signIn(page: Page, to: string): Promise<void> {
  await page.goto(`${to}/sign-in`);
  await picture(page, `sign-in-${page.viewportSize()?.width}`);
  await page.fill('#token', tokens.ann);
  await page.press('#token', 'Enter');
  await page.waitForURL(`${to}/`);
}

const empty = ['/', '/runs', '/batches', '/plans', '/runs?prefix=none'].map(
  (place) => [`empty-${place.replaceAll(/\W+/g, '-')}`, place] as const,
);

async function pages(): Promise<(readonly [name: string, path: string])[]> {
  const { askedAt } = await inbox.client.question(approval);
  const terms = { addressee: 'finance', expiresAt: Date.now() + minute, decisionId: 'link-1' };
  const link = { questionId: approval, askedAt, ...terms };
  const at = (place: string, name: string) => `/${place}/${encodeURIComponent(name)}`;
  return [
    ['questions', '/?show=all'],
    ['question-fields', at('questions', approval)],
    ['question-code', at('questions', code)],
    ['question-for-others', at('questions', 'perdure:run:reorder-89~start-g1')],
    ['question-answered', at('questions', done)],
    ['question-long-words', at('questions', longWords)],
    ['run-long-words', at('runs', wordy)],
    ['runs', '/runs'],
    ['run-waiting', at('runs', 'portal/login')],
    ['run-ended', at('runs', 'reorder-88')],
    ['live', `${at('runs', 'portal/login')}/live`],
    ['run-of-a-batch', at('runs', 'stock-2026-11-27/shop-88')],
    ['batches', '/batches'],
    ['batch', at('batches', 'stock-2026-11-27')],
    ['batch-stopped', at('batches', 'stock-2026-11-26')],
    ['batch-silent', at('batches', 'nightly/shops')],
    ['batch-stop', `${at('batches', 'stock-2026-11-27')}/stop`],
    ['plans', '/plans'],
    ['plan', at('plans', 'pay-2026-11')],
    ['plan-failed', at('plans', 'pay-2026-10')],
    ['stop', `${at('runs', 'portal/login')}/stop`],
    ['link', `/link/${await inbox.links.sign(link)}`],
    ['nothing-here', '/runs/foreign'],
  ];
}

const browserTest = test.skipIf(withoutBrowser !== undefined);

browserTest.each(looks)(
  'every page looks well $name: nothing sticks out, shuts anybody out, or is complained of',
  async ({ name, options }) => {
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    for (const [to, all] of [
      [bareUrl, empty],
      [url, await pages()],
    ] as const) {
      await signIn(page, to);
      for (const [what, place] of all) {
        await page.goto(to + place);
        const wider = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect.soft([what, wider]).toEqual([what, 0]);
        expect.soft([what, await barriersOf(page)]).toEqual([what, []]);
        await picture(page, `${what}-${name}`);
      }
    }
    // A page that is not there is what one of them is for.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  },
);

browserTest('the keyboard comes to everything on a page in its order, and shows where it is', async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signIn(page, url);
  // A frame has an order of its own.
  for (const [what, place] of (await pages()).filter(([name]) => name !== 'live')) {
    await page.goto(url + place);
    const met = await walkByKeyboard(page);
    const places = met.map((each) => each.place);
    expect.soft([what, places]).toEqual([what, places.toSorted((a, b) => a - b)]);
    expect.soft([what, met.filter(({ outlined }) => !outlined)]).toEqual([what, []]);
    expect(met.length, what).toBeGreaterThan(2);
  }
  await context.close();
});
