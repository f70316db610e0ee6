import type { Env, Settings } from '../client/settings.js';
import { fileSecrets } from '../secrets/file-secrets.js';
import { combinedSecrets, environmentSecrets, type SecretResolver, type SecretVault } from '../secrets/resolver.js';

/** Where a worker looks secrets up. */
export interface WorkerSecrets {
  /** Where references without a vault's prefix are looked up. Default: environment variables, and files by `file:`. */
  secrets?: SecretResolver;
  /** Places of secrets with prefixes of their own, such as `secret('vault:team/portal')`. */
  vaults?: readonly SecretVault[];
}

/** The resolver of a worker. */
export function workerSecrets({ secrets, vaults = [] }: WorkerSecrets, env: Env, settings: Settings): SecretResolver {
  if (secrets) return combinedSecrets(secrets, vaults);
  return combinedSecrets(environmentSecrets(env), [...vaults, fileSecrets(settings.secretsFolder.value)]);
}
