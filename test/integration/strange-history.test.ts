import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { accountId } from '../../src/core/admission.js';
import { browserbase } from '../../src/core/builders.js';
import { defaultTaskQueue } from '../../src/core/names.js';
import { watcherId, watchersOf } from '../../src/core/watch.js';
import { mostAtOnce } from '../faults/judge-limits.js';
import { openStage, type Stage } from '../plugin/stage.js';

const account = 'browserbase/default';
const concurrentRuns = 2;
const shared = [accountId(account), ...watchersOf(account, defaultTaskQueue).map((place) => watcherId(place))];

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close('what a strange build has written is what can not be replayed'));

function work(workflowsPath: string) {
  const { browserbaseUrl, keys } = stage.simulator;
  const accounts = {
    [account]: { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl, limits: { concurrentRuns } },
  };
  const plugins = [stage.plugin({ accounts })];
  return stage.worker({ taskQueue: defaultTaskQueue, workflowsPath, plugins });
}

test('an account and watchers whose histories the workers can not replay are begun anew, and every run ends (fault matrix 19: stuck workflows)', async () => {
  stage.simulator.on('browserbase.agentRun').lasts('1 min').returns({ ok: true });
  const { client } = stage.server;
  for (const workflowId of shared) {
    const type = workflowId === accountId(account) ? 'account' : 'watcher';
    await client.workflow.start(type, { workflowId, taskQueue: defaultTaskQueue, args: [{ version: 1, account }] });
  }
  const strange = await work(path.join(import.meta.dirname, 'fixtures', 'strange-workflows.ts'));
  const perdure = await connect({ client, env: {}, deployment: 'test', timeScale: 0.01 });
  const start = (key: string) => perdure.start({ key, agent: browserbase.agentRun({ task: key }), deadline: '10 h' });
  const runs = await strange.runUntil(async () => {
    const begun = async () => {
      for (const id of shared) expect((await client.workflow.getHandle(id).describe()).historyLength).toBe(5);
    };
    await vi.waitFor(begun, { timeout: 30_000, interval: 100 });
    return Promise.all(['a', 'b', 'c', 'd'].map(start));
  });
  const worker = await work(path.join(import.meta.dirname, '..', '..', 'workflows', 'index.ts'));
  await worker.runUntil(async () => {
    for (const run of runs) expect(await run.outcome()).toMatchObject({ status: 'completed', result: { ok: true } });
  });
  expect(stage.simulator.ledger.runs).toHaveLength(runs.length);
  expect(mostAtOnce(stage.simulator.ledger.runs)).toBeLessThanOrEqual(concurrentRuns);
});
