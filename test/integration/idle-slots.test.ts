import { expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import { defaultTimings } from '../../src/core/timings.js';
import { perdureTest } from '../../src/testing/perdure-test.js';

const concurrentRuns = 3;
const tick = defaultTimings.cadence.first;
/** Milliseconds that a busy machine may take on top; a slot that only the account's own check finds is free for longer. */
const slack = 10_000;

test('no slot is free for longer than a tick while runs wait', async () => {
  const t = await perdureTest({ time: 'real', scale: 1, limits: { concurrentRuns } });
  try {
    t.simulator.on('browserbase.agentRun').lasts('4 s');
    const keys = Array.from({ length: 9 }, (_, index) => `idle-${index}`);
    const runs = await Promise.all(
      keys.map((key) => t.perdure.start({ key, agent: browserbase.agentRun({ task: key }) })),
    );
    for (const run of runs) expect(await run.outcome()).toMatchObject({ status: 'completed' });
    const starts = t.ledger.runs.map(({ startedAt }) => startedAt).toSorted((a, b) => a - b);
    const ends = t.ledger.runs.map(({ endedAt = Infinity }) => endedAt).toSorted((a, b) => a - b);
    const idle = starts.slice(concurrentRuns).map((startedAt, index) => startedAt - (ends[index] ?? Infinity));
    expect(idle).toHaveLength(keys.length - concurrentRuns);
    expect(Math.min(...idle)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...idle)).toBeLessThanOrEqual(tick + slack);
  } finally {
    await t.close();
  }
});
