import { expect, test } from 'vitest';
import { campaign } from '../faults/campaign.js';
import { openStage } from '../faults/stage.js';

const seeds = [1, 2, 3];

test('seeded programs with faults: the provider counts what was started and stopped (fault matrix 18: seeded random programs)', async () => {
  const found: string[] = [];
  const stage = await openStage();
  try {
    const say = (line: string) => void found.push(line);
    const totals = await campaign(stage, { seeds, beside: seeds.length, say, keep: 'none' });
    expect(totals.seeds).toBe(seeds.length);
  } finally {
    await stage.close();
  }
  expect(found).toEqual([]);
});
