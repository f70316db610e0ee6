import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** Bundles the hand-written workflow into a file in that folder; its path. */
export async function bundleByHand(home: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('by-hand.js', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const file = path.join(home, 'by-hand.cjs');
  await writeFile(file, code);
  return file;
}
