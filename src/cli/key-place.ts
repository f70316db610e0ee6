import type { Env, Settings } from '../client/settings.js';
import { isPerdureError } from '../core/errors.js';
import type { SecretRef } from '../core/secret.js';
import { fileSecrets } from '../secrets/file-secrets.js';

/** Where a key is kept, and what can be said of it from here; never the key itself. */
export interface KeyPlace {
  /** The name of the variable or file, or the whole reference. */
  place: string;
  /** `elsewhere`: only a worker that has the vault can tell. */
  state: 'set' | 'missing' | 'elsewhere';
  /** How to put it there. */
  cure: string;
}

/** Looks for a key where a worker with these settings would. */
export async function findKey(
  { $secret }: SecretRef,
  { secretsFolder: { value: folder } }: Pick<Settings, 'secretsFolder'>,
  env: Env,
): Promise<KeyPlace> {
  const [, prefix = 'env', name = $secret] = /^([a-z][a-z0-9.+-]*):(.*)$/.exec($secret) ?? [];
  if (prefix === 'env') {
    return { place: name, state: env[name] ? 'set' : 'missing', cure: `Set ${name} where the worker runs.` };
  }
  if (prefix === 'file') {
    const cure = `Put the key into the file ${name} in ${folder}, readable to the worker.`;
    return { place: `file ${name} in ${folder}`, state: (await isKept(folder, name)) ? 'set' : 'missing', cure };
  }
  return { place: $secret, state: 'elsewhere', cure: `See that the worker has a vault '${prefix}'.` };
}

/** A file that the worker would refuse counts as missing. */
async function isKept(folder: string, name: string): Promise<boolean> {
  try {
    return Boolean(await fileSecrets(folder).resolve(name));
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return false;
  }
}
