import path from 'node:path';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** A module of a bundle, by its place in the repository or by its package. */
export interface BundledModule {
  name: string;
  /** Who asked for it first; undefined for the entry. */
  issuer: string | undefined;
}

interface Compilation {
  modules: Iterable<object>;
  moduleGraph: { getIssuer(module: object): object | null | undefined };
}

interface Compiler {
  hooks: { emit: { tap(name: string, listen: (compilation: Compilation) => void): void } };
}

const root = path.resolve(import.meta.dirname, '../..');

/** Bundles a workflows file as a worker does, and gives the code with the modules that are in it. */
export async function bundleModules(workflowsPath: string): Promise<{ code: string; modules: BundledModule[] }> {
  const modules: BundledModule[] = [];
  const webpackConfigHook: BundleOptions['webpackConfigHook'] = (configuration) => {
    const apply = (compiler: Compiler) =>
      compiler.hooks.emit.tap('modules', (compilation) => {
        for (const module of compilation.modules) {
          const name = nameOf(module);
          if (name) modules.push({ name, issuer: nameOf(compilation.moduleGraph.getIssuer(module)) });
        }
      });
    return { ...configuration, plugins: [...(configuration.plugins ?? []), { apply }] };
  };
  const logger = new DefaultLogger('ERROR', () => undefined);
  const { code } = await bundleWorkflowCode({ workflowsPath, logger, webpackConfigHook });
  return { code, modules };
}

function nameOf(module: object | null | undefined): string | undefined {
  if (!module || !('resource' in module) || typeof module.resource !== 'string' || !module.resource) return undefined;
  const [, inPackage] = module.resource.split(/.*node_modules[\\/]/);
  if (inPackage === undefined) return path.relative(root, module.resource).split(path.sep).join('/');
  return inPackage.split(/[\\/]/, inPackage.startsWith('@') ? 2 : 1).join('/');
}
