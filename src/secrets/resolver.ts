import { PerdureError } from '../core/errors.js';
import { isSecretRef, type Resolved } from '../core/secret.js';

/** Where the values of secret references come from. */
export interface SecretResolver {
  /** The value, or undefined when there is none of this name. */
  resolve(name: string): Promise<string | undefined> | string | undefined;
}

/** Reads secrets from environment variables: `NAME`, or `env:NAME`. An empty variable counts as missing. */
export function environmentSecrets(env: Record<string, string | undefined>): SecretResolver {
  return { resolve: (name) => env[name.startsWith('env:') ? name.slice('env:'.length) : name] || undefined };
}

/** Replaces every reference in a value. Throws `secret-missing`, naming the reference and where it stands. */
export async function resolveSecrets<T>(value: T, resolver: SecretResolver): Promise<Resolved<T>> {
  return (await resolveAt(value, '', resolver)) as Resolved<T>;
}

async function resolveAt(value: unknown, path: string, resolver: SecretResolver): Promise<unknown> {
  if (isSecretRef(value)) {
    const found = await resolver.resolve(value.$secret);
    if (found !== undefined) return found;
    throw new PerdureError({
      code: 'secret-missing',
      message: `The secret '${value.$secret}' (at ${path || 'the root'}) does not resolve on this worker.`,
      hint: `Set the environment variable ${value.$secret.replace(/^env:/, '')} where the worker runs, and restart it.`,
    });
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((item: unknown, index) => resolveAt(item, `${path}[${index}]`, resolver)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, item]) => [name, await resolveAt(item, path ? `${path}.${name}` : name, resolver)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
