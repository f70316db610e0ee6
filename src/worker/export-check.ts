import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
import type { BundleOptions, WorkflowBundleOption } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';

type WebpackHook = NonNullable<BundleOptions['webpackConfigHook']>;
type Configuration = Parameters<WebpackHook>[0];

/** Perdure's workflows that a worker may have to serve. */
export type WorkflowName = 'agentRun' | 'account' | 'batchRun' | 'notice' | 'plan' | 'watcher';

/** The little of webpack's compiler that the check needs. */
interface Compiler {
  hooks: { emit: { tap(name: string, listen: (compilation: Compilation) => void): void } };
}

interface Compilation {
  assets: Record<string, { source(): string | Buffer }>;
}

/** Makes the bundling of a workflows file fail when Perdure's workflows are not among its exports. */
export function withExportCheck(options: BundleOptions, needed: readonly WorkflowName[]): BundleOptions {
  const { webpackConfigHook = (configuration: Configuration) => configuration, workflowsPath } = options;
  return {
    ...options,
    webpackConfigHook: (configuration) => {
      const own = webpackConfigHook(configuration);
      const check = { apply: (compiler: Compiler) => watchBundle(compiler, workflowsPath, needed) };
      return { ...own, plugins: [...(own.plugins ?? []), check] };
    },
  };
}

function watchBundle(compiler: Compiler, workflowsPath: string, needed: readonly WorkflowName[]): void {
  compiler.hooks.emit.tap('perdure', ({ assets }) => {
    for (const asset of Object.values(assets)) {
      const missing = leftOut(asset.source().toString(), needed);
      if (missing.length > 0) throw missingExport(`The workflows file ${workflowsPath}`, missing);
    }
  });
}

/** Throws `workflows-not-exported` when a bundle that was made before leaves Perdure's workflows out. */
export async function checkBundle(bundle: WorkflowBundleOption, needed: readonly WorkflowName[]): Promise<void> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  const missing = leftOut(code, needed);
  if (missing.length === 0) return;
  const named = 'code' in bundle ? 'the workflow bundle' : `the workflow bundle ${bundle.codePath}`;
  throw missingExport(`The file that ${named} was made of`, missing);
}

function missingExport(subject: string, missing: readonly WorkflowName[]): PerdureError {
  return new PerdureError({
    code: 'workflows-not-exported',
    message: `${subject} does not re-export Perdure's workflows: ${missing.join(', ')}.`,
    hint: `Add to it: export { ${missing.join(', ')} } from 'perdure/workflow';`,
  });
}

const silent = () => undefined;
const sandbox = {
  AbortController,
  AsyncLocalStorage,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
};
const timeout = 5000;

/**
 * Which workflows a bundle certainly lacks. It is asked in a sandbox like the worker's, since the exports of a CommonJS
 * file are known only when it runs; a bundle that does not load there is left to the worker to judge.
 */
function leftOut(code: string, needed: readonly WorkflowName[]): WorkflowName[] {
  const context = vm.createContext({ ...sandbox, __webpack_module_cache__: {} }, { microtaskMode: 'afterEvaluate' });
  try {
    vm.runInContext(code, context, { timeout });
    const has = (name: string) => `typeof __TEMPORAL__.importWorkflows().${name} === 'function'`;
    return needed.filter((name) => vm.runInContext(has(name), context, { timeout }) === false);
  } catch {
    return [];
  }
}
