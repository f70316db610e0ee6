import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { OpenGauges } from './open-gauges.js';

test('an account whose last run has ended goes down to nothing, and stays named', async () => {
  const told: unknown[][] = [];
  const createGauge = (name: string) => ({ set: (value: number, tags = {}) => void told.push([name, value, tags]) });
  const client = { workflow: { count: () => Promise.resolve({ count: 2 }) } } as unknown as Client;
  const gauges = new OpenGauges(() => ({ createGauge }) as unknown as MetricMeter);
  await gauges.tell(client, ['anchor/a', 'anchor/b', 'anchor/a']);
  await gauges.tell(client, ['anchor/b']);
  const waiting = ['perdure_questions_waiting', 2, {}];
  expect(told).toEqual([
    ['perdure_runs_open', 2, { account: 'anchor/a' }],
    ['perdure_runs_open', 1, { account: 'anchor/b' }],
    waiting,
    ['perdure_runs_open', 0, { account: 'anchor/a' }],
    ['perdure_runs_open', 1, { account: 'anchor/b' }],
    waiting,
  ]);
});
