import { expect, test } from 'vitest';
import { perdureTest } from '../../src/testing/perdure-test.js';
import { agentOf } from '../support/agents.js';

test('a run that is called off while its blocking call waits for a slot ends cancelled', async () => {
  const t = await perdureTest({ time: 'real', blockingSlots: 1 });
  try {
    t.simulator.on('anchor.sessionAgent', { text: 'busy' }).neverEnds();
    const busy = t.simulator.next({ on: 'start', phase: 'effected', text: 'busy' });
    const first = await t.perdure.start({ key: 'busy', agent: agentOf('anchor.sessionAgent', 'busy') });
    await busy;
    const second = await t.perdure.start({ key: 'waiting', agent: agentOf('anchor.sessionAgent', 'waiting') });
    const handle = t.client.workflow.getHandle(second.workflowId);
    await expect
      .poll(async () => (await handle.describe()).raw.pendingActivities?.[0]?.activityType?.name, { timeout: 30_000 })
      .toBe('perdureRunBlocking');
    await second.cancel();
    expect(await second.outcome()).toMatchObject({ status: 'cancelled', attempts: [], cleanup: { confirmed: true } });
    await first.cancel();
    await first.outcome();
  } finally {
    await t.close();
  }
});
