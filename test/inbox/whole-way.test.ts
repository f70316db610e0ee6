import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { anchor } from '../../src/core/builders.js';
import { complaintsOf, openBrowser, picture, withoutBrowser } from './browser.js';
import { tokens } from './fake.js';
import { type InboxWorld, openWorld } from './world.js';

// A browser on a machine that others are using takes its time.
vi.setConfig({ testTimeout: 300_000 });

const patience = { timeout: 60_000 };
const browserTest = test.skipIf(withoutBrowser !== undefined);

let browser: Browser;
let world: InboxWorld;
beforeAll(async () => {
  if (withoutBrowser !== undefined) return;
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
});
afterAll(async () => {
  if (withoutBrowser !== undefined) return;
  await browser.close();
  await world.close();
});

/** Starts a run whose agent asks, and goes on by what it is told. */
async function startAsking(key: string, message: string) {
  world.simulator
    .on('anchor.webTask', { text: key })
    .lasts('60 s')
    .asks({ message, after: '10 s' })
    .returns(({ answers }) => ({ chosen: String(answers[0]) }));
  const agent = anchor.webTask({ prompt: key, human_intervention: true });
  return world.perdure.start({ key, agent, deadline: '5 hours', effect: 'read' });
}

async function signIn(page: Page): Promise<void> {
  page.setDefaultTimeout(patience.timeout);
  await page.goto(world.inbox.url);
  await page.fill('#token', tokens.ann);
  await page.press('#token', 'Enter');
  await page.waitForURL(`${world.inbox.url}/`);
}

browserTest(
  'an agent asks, its question appears without reload, its browser is seen and taken over, and its answer brings the result',
  async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await signIn(page);
    await page.waitForSelector('text=Nothing waits for you.');
    await page.evaluate('window.sameDocument = true');
    const run = await startAsking('team/read-total', 'Which account is it?');
    await page.waitForSelector('text=Which account is it?');
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(await page.title()).toMatch(/^\(1\) /);
    await picture(page, 'whole-way-asked');

    await page.click('h2 a');
    await page.click('text=Watch the browser');
    await page.frameLocator('iframe.live').locator('text=Live view of the simulated session').waitFor();
    await page.click('text=Take over');
    await page.waitForSelector('text=The agent pauses until you hand it back.');
    expect((await run.status()).takeover).toMatchObject({ by: 'ann' });
    await picture(page, 'whole-way-taken-over');
    await page.click('text=Hand back to the agent');
    await page.waitForSelector('text=The agent goes on.');

    await page.click('nav >> text=Questions');
    // By keyboard alone from here.
    await page.focus('h2 a');
    await page.keyboard.press('Enter');
    await page.waitForSelector('textarea');
    await page.focus('.crumb a');
    for (let step = 0; step < 4; step += 1) {
      if (await page.evaluate("document.activeElement.name === 'text'")) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type('the second');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/said=taken/);
    await page.click('aside >> text=team/read-total');
    await page.waitForSelector('text=Result');
    await page.waitForSelector('text=the second');
    expect(await page.isVisible('text=Stop…')).toBe(false);
    await picture(page, 'whole-way-result');
    expect(await run.outcome()).toMatchObject({
      status: 'completed',
      result: { chosen: 'the second' },
      questions: [{ state: 'applied', by: 'ann', channel: 'inbox' }],
    });
    expect(complaints).toEqual([]);
    await context.close();
  },
);

browserTest('the same goes without script', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page);
  const run = await startAsking('without-script', 'Which town is it?');
  const { id } = await world.nextQuestion(run);
  // The page loads itself again.
  await page.waitForSelector('text=Which town is it?');
  await page.click('h2 a');
  expect(await page.textContent('.deadline')).toMatch(/^until \d{4}-\d\d-\d\d \d\d:\d\d UTC$|^no deadline/);
  await page.click('text=Watch the browser');
  await page.frameLocator('iframe.live').locator('text=Live view of the simulated session').waitFor();
  await page.goBack();
  await page.fill('textarea', 'Bern');
  await page.click('text=Send the answer');
  await page.waitForURL(/said=taken/);
  expect(await run.outcome()).toMatchObject({
    result: { chosen: 'Bern' },
    questions: [{ id, state: 'applied', by: 'ann' }],
  });
  await page.click('aside >> text=without-script');
  await page.waitForSelector('text=Bern');
  await context.close();
});

browserTest('a run is stopped in the inbox, once it was confirmed', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page);
  world.simulator.on('anchor.webTask', { text: 'to be stopped' }).neverEnds();
  const run = await world.perdure.start({ key: 'to-be-stopped', agent: anchor.webTask({ prompt: 'to be stopped' }) });
  await page.goto(`${world.inbox.url}/runs/to-be-stopped`);
  await page.click('text=Stop…');
  await page.click('text=Stop the run');
  await page.waitForSelector('.s-cancelled');
  expect((await run.outcome()).status).toBe('cancelled');
  await context.close();
});
