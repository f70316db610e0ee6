import { expect, test } from 'vitest';
import { replayAll } from '../../src/testing/replay.js';
import { campaign } from './campaign.js';
import { openStage } from './stage.js';
import { bundleOf } from './test-worker.js';

const seeds = Array.from({ length: 30 }, (_, index) => index + 1);

test('thirty seeded programs with faults: nothing doubled, left behind, lost, told wrongly or stuck (fault matrix 18: seeded random programs)', async () => {
  const found: string[] = [];
  const stage = await openStage();
  try {
    const say = (line: string) => void found.push(line);
    const totals = await campaign(stage, { seeds, beside: 8, say, keep: 'failing' });
    expect(totals.seeds).toBe(seeds.length);
    expect(totals.starts).toBeGreaterThan(totals.runs / 2);
    await replayAll(stage.client, { replayers: new Map([[stage.taskQueue, { workflowBundle: await bundleOf() }]]) });
  } finally {
    await stage.close();
  }
  expect(found.filter((line) => line.startsWith('seed '))).toEqual([]);
}, 600_000);
