import type { SweepScope } from '../../activities/index.js';
import { assertKnownCluster } from '../client/cluster.js';
import { homeDeployment } from '../client/deployment.js';
import type { Settings } from '../client/settings.js';
import type { Accounts } from './accounts.js';

/** What a worker may sweep: its own deployment, at the accounts that it knows by name. */
export function sweepScope({ accounts, deployment, home }: Settings, given?: Accounts): SweepScope {
  const own = typeof given === 'object' ? Object.keys(given) : [];
  return {
    deployment: () => deployment.value ?? homeDeployment(home.value),
    accounts: () => [...new Set([...own, ...accounts.map(({ name }) => name)])],
    assertCluster: ({ workflowService, options: { namespace } }, accept) =>
      assertKnownCluster({ workflowService, namespace }, home.value, accept),
  };
}
