import { expect, test } from 'vitest';
import { costText, moneyOf, type Prices } from './prices.js';
import type { Attempt } from './run.js';

const prices: Prices = { anchor: { perCredit: 0.5, creditsPerStep: 0.02 }, browserbase: { perBrowserHour: 0.12 } };

test("money is an Anchor session's credits by their price, or its steps where it says no credits", () => {
  expect(moneyOf('anchor.webTask', { credits: 3, steps: 400 }, prices)).toBe(1.5);
  expect(moneyOf('anchor.webTask', { steps: 400 }, prices)).toBe(4);
  expect(moneyOf('anchor.webTask', { steps: 400 }, { anchor: { perCredit: 0.5 } })).toBeUndefined();
  expect(moneyOf('anchor.webTask', { credits: 0 }, prices)).toBe(0);
});

test("money is a Browserbase run's hours by their price", () => {
  expect(moneyOf('browserbase.agentRun', { seconds: 1800, credits: 9 }, prices)).toBe(0.06);
  expect(moneyOf('browserbase.agentRun', {}, prices)).toBeUndefined();
});

const start = (generation: number, outcome: Attempt['outcome']): Attempt => ({
  generation,
  outcome,
  startedAt: '2026-11-28T04:00:00.000Z',
  notes: [],
});

test('the words say what is counted, so far or in all, and what is not', () => {
  const spent = { endpoint: 'anchor.task', usage: { credits: 0.4242 } } as const;
  expect(costText(spent, prices)).toBe('0.2121 by the configured prices, so far');
  expect(costText({ ...spent, outcome: { attempts: [start(1, 'accepted')] } }, prices)).toBe(
    '0.2121 by the configured prices',
  );
  const lost = { attempts: [start(1, 'unknown'), start(2, 'refused'), start(3, 'accepted')] };
  expect(costText({ ...spent, outcome: lost }, prices)).toBe(
    '0.2121 by the configured prices, not counting a start that was lost',
  );
});

test('a cost by the steps alone is the most that it may be', () => {
  const stepped = { anchor: { perCredit: 0.5, creditsPerStep: 0.1 } };
  expect(costText({ endpoint: 'anchor.task', usage: { steps: 4 } }, stepped)).toBe(
    'at most 0.2 by the configured prices, so far',
  );
});

test('where nothing can be counted, the words say what is missing', () => {
  expect(costText({ endpoint: 'anchor.task', usage: { credits: 2 } }, {})).toBe(
    'not known: prices.anchor.perCredit is not configured',
  );
  expect(costText({ endpoint: 'browserbase.agentRun', usage: { seconds: 2 } }, {})).toBe(
    'not known: prices.browserbase.perBrowserHour is not configured',
  );
  expect(costText({ endpoint: 'browserbase.agentRun', usage: {} }, prices)).toBe(
    'not known: its provider does not say',
  );
});
