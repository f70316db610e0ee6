import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { startWorker } from '../../src/worker/run-worker.js';
import { openStage, type Stage } from '../support/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  const { open } = stage.simulator.ledger;
  await stage.close();
  expect(open).toEqual([]);
});

/** The activities of a run that have completed, by name. */
async function completedActivities(workflowId: string): Promise<string[]> {
  const history = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  const events = history.events ?? [];
  const names = new Map(
    events.map((event) => [
      String(event.eventId),
      event.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
    ]),
  );
  return events.flatMap(({ activityTaskCompletedEventAttributes: done }) =>
    done ? [names.get(String(done.scheduledEventId)) ?? ''] : [],
  );
}

const agents = [
  anchor.webTask({ prompt: 'in flight', session: { tags: ['in flight'] } }),
  browserbase.agentRun({ task: 'in flight' }),
];

test.each(agents)(
  'a worker that is told to end by SIGTERM waits for a start of $endpoint in flight (fault matrix 7: graceful end)',
  async (agent) => {
    const { simulator, perdure } = stage;
    simulator.on(agent.endpoint).lasts('1 min').returns({ total: 12 });
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = new Promise<void>((resolve) => {
      const where = { on: 'start', endpoint: agent.endpoint, phase: 'received', times: 1 } as const;
      simulator.when(where, () => {
        resolve();
        return released;
      });
    });
    const worker = await stage.forkWorker();
    const run = await perdure.start({ key: `in-flight-${agent.endpoint}`, agent, onUnknownStart: 'fail' });
    await held;
    const [ending, exited] = [once(worker, 'message'), once(worker, 'exit')];
    worker.kill('SIGTERM');
    expect((await ending)[0]).toBe('ending');
    release();
    expect(await exited).toEqual([0, null]);
    expect(await completedActivities(run.workflowId)).toContain('perdureStart');
    const next = await startWorker(stage.workerOptions);
    try {
      expect(await run.outcome()).toMatchObject({
        status: 'completed',
        result: { total: 12 },
        attempts: [{ outcome: 'accepted' }],
      });
      expect(simulator.ledger.effects(agent.endpoint)).toHaveLength(1);
    } finally {
      await next.stop();
    }
  },
  120_000,
);
