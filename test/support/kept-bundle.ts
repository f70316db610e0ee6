import { assert } from 'vitest';
import type { BundleOptions, BundlerPlugin, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';

type WebpackHook = NonNullable<BundleOptions['webpackConfigHook']>;

/** The little of webpack's compiler that is needed to see what it makes. */
interface Compiler {
  hooks: { emit: { tap(name: string, listen: (compilation: Compilation) => void): void } };
}

interface Compilation {
  assets: Record<string, { source(): string | Buffer }>;
}

/** Options of a worker, changed so that the bundle which it makes can be had once it is created. */
export function keepBundle(options: WorkerOptions): { options: WorkerOptions; bundle(): WorkflowBundleOption } {
  let code: string | undefined;
  const keep = (made: string) => {
    code = made;
  };
  return {
    options: { ...options, plugins: [...(options.plugins ?? []), new Keeper(keep)] },
    bundle: () => {
      const bundle = options.workflowBundle ?? (code === undefined ? undefined : { code });
      assert(bundle, 'the worker has no workflows');
      return bundle;
    },
  };
}

class Keeper implements BundlerPlugin {
  readonly name = 'keeper';

  constructor(private readonly keep: (code: string) => void) {}

  configureBundler(options: BundleOptions): BundleOptions {
    const { webpackConfigHook = (configuration) => configuration } = options;
    return { ...options, webpackConfigHook: (configuration) => this.watched(webpackConfigHook(configuration)) };
  }

  private watched(configuration: Parameters<WebpackHook>[0]): ReturnType<WebpackHook> {
    const watch = {
      apply: ({ hooks }: Compiler) =>
        hooks.emit.tap('keeper', ({ assets }) => {
          for (const asset of Object.values(assets)) this.keep(asset.source().toString());
        }),
    };
    return { ...configuration, plugins: [...(configuration.plugins ?? []), watch] };
  }
}
