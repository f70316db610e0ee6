import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { BenchError } from '../bench-error.js';
import { lookName } from './look.js';

const workflows = fileURLToPath(new URL('../../workflows/index.js', import.meta.url));
const watcher = fileURLToPath(new URL('../../workflows/follow.js', import.meta.url));
const loop = fileURLToPath(new URL('follow.js', import.meta.url));

/** Bundles Perdure's own workflows with the plain loop in the place of the watcher. */
export async function bundleLoop(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflows,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: ({ resolve, ...config }) => {
      const alias = Array.isArray(resolve?.alias) ? {} : resolve?.alias;
      return { ...config, resolve: { ...resolve, alias: { ...alias, [`${watcher}$`]: loop } } };
    },
  });
  if (code.includes(lookName)) return code;
  throw new BenchError('The bundle of the loop still has the watcher in it: workflows/follow.js was not replaced.');
}
