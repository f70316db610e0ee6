import { expect, test } from 'vitest';
import { browserbase } from '../../src/core/builders.js';
import { defaultTimings } from '../../src/core/timings.js';
import { perdureTest } from '../../src/testing/perdure-test.js';

const concurrentRuns = 3;
const scale = 1;
const tick = defaultTimings.cadence.first;
/** Milliseconds of the provider's time that a busy machine may take on top, from the news of an end to the next start. */
const slack = 2_000 / scale;

test('no slot is free for longer than a tick while runs wait', async () => {
  const t = await perdureTest({ time: 'real', scale, limits: { concurrentRuns } });
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
    const sorted = idle.toSorted((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(tick);
    expect(sorted.at(-1)).toBeLessThanOrEqual(tick + slack);
  } finally {
    await t.close();
  }
});
