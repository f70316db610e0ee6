/**
 * What a worker needs: the plugin for one of yours, a worker of Perdure alone, and places of secrets.
 * @module perdure/worker
 */

export { fileSecrets } from '../secrets/file-secrets.js';
export type { TemporalTarget } from '../client/temporal-target.js';
export type { Prices } from '../core/prices.js';
export {
  combinedSecrets,
  environmentSecrets,
  type SecretResolver,
  type SecretVault,
} from '../secrets/resolver.js';
export type { AccountOptions, Accounts } from './accounts.js';
export { PerdurePlugin, type PerdurePluginOptions } from './plugin.js';
export { type RunningWorker, type RunWorkerOptions, startWorker } from './run-worker.js';
export type { ServerBinary } from './embedded/binary.js';
export {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from './embedded/server.js';
