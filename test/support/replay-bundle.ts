import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { PerdurePlugin } from '../../src/worker/plugin.js';

/** A bundle of a user's workflows as their worker has it. */
export function bundleOf(workflowsPath: string): Promise<WorkflowBundle> {
  const plugins = [new PerdurePlugin({ env: {}, accounts: {} })];
  return bundleWorkflowCode({ workflowsPath, plugins, logger: new DefaultLogger('WARN') });
}
