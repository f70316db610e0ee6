import { expect, test } from 'vitest';
import { RequestBudget } from './request-budget.js';

test('no more requests are given than there are, and those that are kept for others stay', () => {
  const budget = new RequestBudget(3);
  expect([budget.take(1), budget.take(1), budget.take(1), budget.take(), budget.take()]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(budget.spent).toBe(3);
});

test('without a bound everything is given, and counted', () => {
  const budget = new RequestBudget();
  for (let request = 0; request < 1_000; request += 1) expect(budget.take(100)).toBe(true);
  expect(budget.spent).toBe(1_000);
});
