import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { anchor, browserbase } from '../../src/core/builders.js';
import { ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';
import { textOf } from '../canary/text-of.js';
import { openStage, type Stage } from '../plugin/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  stage.simulator.on('*').lasts('1 min').returns({ total: 12 });
});
afterAll(() => stage.close());

test.each([
  [['run.ended'], true],
  [['run.waiting'], false],
])(
  'a worker whose channel is told of %j says at the end of a run whether it tells of ends: %s',
  async (events, tells) => {
    const config = path.join(stage.server.home, `${events.join()}.yaml`);
    await writeFile(config, JSON.stringify({ channels: [{ name: 'log', type: 'console', events }] }));
    const taskQueue = `ends-${String(tells)}`;
    const workflowBundle = await ownWorkflowBundle();
    const worker = await stage.worker({ taskQueue, workflowBundle, plugins: [stage.plugin({ config, taskQueue })] });
    const { client } = stage.server;
    const perdure = await connect({ client, env: {}, taskQueue, deployment: 'test', timeScale: 0.01 });
    await worker.runUntil(async () => {
      const agent = anchor.webTask({ prompt: 'x', url: 'https://example.com' });
      const run = await perdure.start({ key: taskQueue, agent });
      expect((await run.outcome()).status).toBe('completed');
      const history = textOf(await client.workflow.getHandle(run.workflowId).fetchHistory());
      expect(/^tells$/m.test(history)).toBe(tells);
      stage.simulator.fault({ kind: 'status', status: 403, on: 'start', text: 'refused' });
      const refused = await perdure.start({
        key: `${taskQueue}-refused`,
        agent: browserbase.agentRun({ task: 'refused' }),
      });
      expect(await refused.outcome()).toMatchObject({ status: 'failed', attempts: [{ outcome: 'refused' }] });
      const ofRefused = textOf(await client.workflow.getHandle(refused.workflowId).fetchHistory());
      expect(/^perdureNotify$|run\.ended/m.test(ofRefused)).toBe(tells);
    });
  },
);
