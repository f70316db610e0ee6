import { Worker, type WorkerOptions } from '@temporalio/worker';
import { encryptingConverter, parseKeys } from 'perdure';
import { PerdurePlugin, type SecretVault } from 'perdure/worker';
import { Balance } from './schemas.js';

const keys = parseKeys(process.env.PERDURE_CODEC_KEYS ?? '', 'PERDURE_CODEC_KEYS');

/** Encrypts all that Temporal stores; the worker and every client of its workflows get the same. */
export const dataConverter = encryptingConverter(keys);

/** A worker that encrypts, and looks `secret('vault:…')` up in a vault of yours. */
export function createWorker(options: WorkerOptions, resolve: SecretVault['resolve']): Promise<Worker> {
  const vaults = [{ prefix: 'vault', resolve }];
  const plugins = [new PerdurePlugin({ schemas: { Balance }, vaults })];
  return Worker.create({ ...options, dataConverter, plugins });
}
