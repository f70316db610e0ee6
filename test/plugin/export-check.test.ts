import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { PerdurePlugin } from '../../src/worker/plugin.js';
import { fixture } from './stage.js';

const logger = new DefaultLogger('ERROR', () => undefined);
const refusal = expect.objectContaining({
  name: 'PerdureError',
  code: 'workflows-not-exported',
  hint: "Add to it: export { agentRun } from 'perdure/workflow';",
});

function plugin(): PerdurePlugin {
  return new PerdurePlugin({ env: {} });
}

function bundle(workflowsPath: string, checked: boolean) {
  return bundleWorkflowCode({ workflowsPath, logger, plugins: checked ? [plugin()] : [] });
}

const good = ['everything.ts', 'directory', 'commonjs/star.cjs'];

test.concurrent.each(good)('a bundle of %s has agentRun', async (name) => {
  expect((await bundle(fixture(name), true)).code).toContain('agentRun');
});

test.concurrent.each(['without-agent-run.ts', 'bare', 'commonjs/bare.cjs'])(
  'no bundle is made of %s, which does not re-export agentRun',
  async (name) => {
    await expect(bundle(fixture(name), true)).rejects.toEqual(refusal);
  },
);

test.concurrent('no worker is made of a file without agentRun: the error is the very one, with its hint', async () => {
  const making = Worker.create({
    taskQueue: 'bare',
    workflowsPath: fixture('without-agent-run.ts'),
    plugins: [plugin()],
  });
  await expect(making).rejects.toEqual(refusal);
});

test.concurrent('no worker is made of a bundle without agentRun that was made without the plugin', async ({
  onTestFinished,
}) => {
  const workflowBundle = await bundle(fixture('without-agent-run.ts'), false);
  const options = { taskQueue: 'bare', plugins: [plugin()] };
  await expect(Worker.create({ ...options, workflowBundle })).rejects.toEqual(refusal);
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const codePath = path.join(folder, 'bundle.js');
  await writeFile(codePath, workflowBundle.code);
  await expect(Worker.create({ ...options, workflowBundle: { codePath } })).rejects.toEqual(refusal);
});

test.concurrent("a worker on Perdure's own queue also needs what runs share and what tells channels", async () => {
  const workflowBundle = await bundle(fixture('without-agent-run.ts'), false);
  await expect(Worker.create({ taskQueue: 'perdure', plugins: [plugin()], workflowBundle })).rejects.toMatchObject({
    code: 'workflows-not-exported',
    hint: "Add to it: export { agentRun, account, batchRun, notice, plan, watcher } from 'perdure/workflow';",
  });
});
