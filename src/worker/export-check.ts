import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
import type { BundleOptions, WorkflowBundleOption } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';

type WebpackHook = NonNullable<BundleOptions['webpackConfigHook']>;
type Configuration = Parameters<WebpackHook>[0];

/** The little of webpack's compiler that the check needs. */
interface Compiler {
  hooks: { emit: { tap(name: string, listen: (compilation: Compilation) => void): void } };
}

interface Compilation {
  assets: Record<string, { source(): string | Buffer }>;
}

/** Makes the bundling of a workflows file fail when Perdure's workflows are not among its exports. */
export function withExportCheck(options: BundleOptions): BundleOptions {
  const { webpackConfigHook = (configuration: Configuration) => configuration, workflowsPath } = options;
  return {
    ...options,
    webpackConfigHook: (configuration) => {
      const own = webpackConfigHook(configuration);
      const check = { apply: (compiler: Compiler) => watchBundle(compiler, workflowsPath) };
      return { ...own, plugins: [...(own.plugins ?? []), check] };
    },
  };
}

function watchBundle(compiler: Compiler, workflowsPath: string): void {
  compiler.hooks.emit.tap('perdure', ({ assets }) => {
    for (const asset of Object.values(assets)) {
      if (leavesOut(asset.source().toString())) throw missingExport(`The workflows file ${workflowsPath}`);
    }
  });
}

/** Throws `workflows-not-exported` when a bundle that was made before leaves Perdure's workflows out. */
export async function checkBundle(bundle: WorkflowBundleOption): Promise<void> {
  if ('code' in bundle) {
    if (leavesOut(bundle.code)) throw missingExport('The file that the workflow bundle was made of');
  } else if (leavesOut(await readFile(bundle.codePath, 'utf8'))) {
    throw missingExport(`The file that the workflow bundle ${bundle.codePath} was made of`);
  }
}

function missingExport(subject: string): PerdureError {
  return new PerdureError({
    code: 'workflows-not-exported',
    message: `${subject} does not re-export Perdure's workflows.`,
    hint: "Add to it: export { agentRun } from 'perdure/workflow';",
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
 * Whether a bundle certainly lacks the workflow. It is asked in a sandbox like the worker's, since the exports of a
 * CommonJS file are known only when it runs; a bundle that does not load there is left to the worker to judge.
 */
function leavesOut(code: string): boolean {
  const context = vm.createContext({ ...sandbox, __webpack_module_cache__: {} }, { microtaskMode: 'afterEvaluate' });
  try {
    vm.runInContext(code, context, { timeout });
    return vm.runInContext("typeof __TEMPORAL__.importWorkflows().agentRun !== 'function'", context, { timeout });
  } catch {
    return false;
  }
}
