import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtBundleFile, ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';
import { type BundledModule, bundleModules } from './modules.js';

const root = path.resolve(import.meta.dirname, '../..');
const own = /^(workflows|src\/core)\//;
const sdk = ['@temporalio/common', '@temporalio/workflow'];
/** What the SDK's own workflow code is made of. */
const beneath = ['long', 'ms', 'nexus-rpc'];
const largest = 3_000_000;

/** What may not be in a bundle of workflows. */
function strays(modules: readonly BundledModule[]): string[] {
  const names = new Set(modules.map(({ name }) => name));
  return [...names].filter((name) => !own.test(name) && ![...sdk, ...beneath].includes(name));
}

test('the workflows are bundled of workflows, core and the SDK alone, within their size', async () => {
  const { code, modules } = await bundleModules(path.resolve(import.meta.dirname, '../../workflows/index.ts'));
  expect(strays(modules)).toEqual([]);
  expect(modules.map(({ name }) => name)).toEqual(expect.arrayContaining(['workflows/agent-run.ts', ...sdk]));
  const ours = modules.filter(({ issuer = '' }) => own.test(issuer)).map(({ name }) => name);
  expect(ours.filter((name) => !own.test(name) && name !== '@temporalio/workflow')).toEqual([]);
  expect(code.length).toBeLessThan(largest);
});

test.each([
  ['the sources', async () => (await ownWorkflowBundle()).code],
  ['the build', () => readFile(path.join(root, 'dist/workflows', path.basename(builtBundleFile())), 'utf8')],
])(
  'all workflows of a worker share the modules of Perdure, which are loaded before the first (%s)',
  async (_, read) => {
    const [preloading = ''] = /function preloadModules\(\) \{[^}]*\}/.exec(await read()) ?? [];
    for (const name of ['index', 'tracing', 'log-attributes']) {
      expect(preloading).toMatch(new RegExp(`__webpack_require__\\(.*/workflows/${name}\\.[jt]s"\\)`));
    }
  },
);

test('a workflow that reaches another room is found out by what it brings along', async () => {
  const { modules } = await bundleModules(path.resolve(import.meta.dirname, 'fixtures/strays.ts'));
  expect(strays(modules)).toEqual(expect.arrayContaining(['src/schemas/duration.ts', 'zod']));
});

test('a workflow that reaches a Node built-in is not bundled at all', async () => {
  await expect(bundleModules(path.resolve(import.meta.dirname, 'fixtures/reads-files.ts'))).rejects.toThrow();
});
