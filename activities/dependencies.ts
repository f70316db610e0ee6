import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import type { Provider } from '../src/providers/provider.js';
import type { SecretResolver } from '../src/secrets/resolver.js';

/** What the activities need of the worker they run in. */
export interface ActivityDependencies {
  /** The provider of an account; throws `account-unknown`. */
  provider(account: string): Promise<Provider>;
  secrets: SecretResolver;
  /** Checks a workflow's step; throws `bad-input`, `schema-unknown`. */
  prepare(task: PrepareTask): PreparedRun;
}
