import { rm, writeFile } from 'node:fs/promises';
import { builtBundleFile, ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';

/** Bundles Perdure's own workflows once for all processes of a run of tests, where each finds the bundle of a build. */
export default async function shareBundle(): Promise<() => Promise<void>> {
  const file = builtBundleFile();
  await rm(file, { force: true });
  const { code } = await ownWorkflowBundle();
  await writeFile(file, code);
  return () => rm(file, { force: true });
}
