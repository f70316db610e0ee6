import path from 'node:path';
import type { BundleOptions } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';

type WebpackHook = NonNullable<BundleOptions['webpackConfigHook']>;
type Configuration = Parameters<WebpackHook>[0];

/** The little of webpack's compiler that the check needs. */
interface Compiler {
  hooks: { compilation: { tap(name: string, listen: (compilation: Compilation) => void): void } };
}

interface Compilation {
  hooks: { finishModules: { tap(name: string, listen: (modules: Iterable<object>) => void): void } };
  moduleGraph: { getExportsInfo(module: object): { isExportProvided(name: string): boolean | null | undefined } };
}

const needed = 'agentRun';

/** The error of a worker whose workflows file leaves Perdure's workflows out. */
export function missingExport(file: string): PerdureError {
  return new PerdureError({
    code: 'workflows-not-exported',
    message: `The workflows file ${file} does not re-export Perdure's workflows.`,
    hint: "Add to it: export { agentRun } from 'perdure/workflow';",
  });
}

/** Makes the bundling of a workflows file fail when Perdure's workflows are not among its exports. */
export function withExportCheck(options: BundleOptions): BundleOptions {
  const { webpackConfigHook = (configuration: Configuration) => configuration, workflowsPath } = options;
  return {
    ...options,
    webpackConfigHook: (configuration) => {
      const own = webpackConfigHook(configuration);
      const check = { apply: (compiler: Compiler) => watchExports(compiler, workflowsPath) };
      return { ...own, plugins: [...(own.plugins ?? []), check] };
    },
  };
}

function watchExports(compiler: Compiler, workflowsPath: string): void {
  compiler.hooks.compilation.tap('perdure', (compilation) => {
    compilation.hooks.finishModules.tap('perdure', (modules) => {
      for (const module of modules) {
        if (!('resource' in module) || !isEntry(String(module.resource), workflowsPath)) continue;
        const provided = compilation.moduleGraph.getExportsInfo(module).isExportProvided(needed);
        // Null or undefined: the exports of a CommonJS file are known only when it runs.
        if (provided === false) throw missingExport(workflowsPath);
      }
    });
  });
}

function isEntry(resource: string, workflowsPath: string): boolean {
  return resource === workflowsPath || resource.startsWith(`${path.join(workflowsPath, 'index')}.`);
}
