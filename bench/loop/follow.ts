import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as own from '../../workflows/follow.js';
import type { LoopActivities } from './look.js';

const { benchLook } = proxyActivities<LoopActivities>({
  startToCloseTimeout: '30 seconds',
  heartbeatTimeout: '10 seconds',
});

/** Nobody looks at a run but itself. */
export const watcherFor: typeof own.watcherFor = () => undefined;

/** Waits until the run has ended by the plain loop: a timer, then one activity that asks the provider once. */
export const followToEnd: typeof own.followToEnd = async (run) => {
  const { account, agent, timings } = run.input;
  while (!run.ended) {
    await sleep(timings.cadence.first);
    const { liveView: _unneeded, ...handle } = run.handle;
    const task = { account, endpoint: agent.endpoint, handle, timeoutMs: timings.request };
    const reading = await benchLook(task);
    run.note({ generation: handle.generation, reading, polls: 1 });
  }
};
