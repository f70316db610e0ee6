import { isPerdureError, PerdureError } from '../core/errors.js';
import { isSecretRef, type Resolved, secretPlaces } from '../core/secret.js';
import { assertMaskable, Redactor } from './redaction.js';

/** Where the values of secret references come from. */
export interface SecretResolver {
  /** The value, or undefined when there is none of this name. */
  resolve(name: string): Promise<string | undefined> | string | undefined;
}

/** A place of secrets whose references begin with its prefix: `secret('vault:team/portal')`. */
export interface SecretVault {
  /** What stands before the colon: `vault`. Lower case letters, digits, `.`, `+` and `-`. */
  readonly prefix: string;
  /**
   * The value of what stands behind the colon, or undefined when there is none. An error that it throws is taken for an
   * outage, so that the start is tried again later; its message is not shown, since it may hold a value.
   */
  resolve(name: string): Promise<string | undefined> | string | undefined;
}

/** Reads secrets from environment variables: `NAME`, or `env:NAME`. An empty variable counts as missing. */
export function environmentSecrets(env: Record<string, string | undefined>): SecretResolver {
  return { resolve: (name) => env[name.startsWith('env:') ? name.slice('env:'.length) : name] || undefined };
}

/** Sends each reference to the vault whose prefix it has, and every other to `otherwise`, such as the environment. */
export function combinedSecrets(otherwise: SecretResolver, vaults: readonly SecretVault[]): SecretResolver {
  return {
    resolve: (name) => {
      const vault = vaults.find(({ prefix }) => name.startsWith(`${prefix}:`));
      return vault ? vault.resolve(name.slice(vault.prefix.length + 1)) : otherwise.resolve(name);
    },
  };
}

/** A value without references, and what masks the secrets that are in it now. */
export interface ResolvedSecrets<T> {
  value: Resolved<T>;
  redactor: Redactor;
}

/**
 * Replaces every reference in a value; each name is looked up once, for at most `timeoutMs`.
 * @throws PerdureError `secret-missing`, `secret-too-short` or `secret-unavailable`, naming the reference, never a value.
 */
export async function resolveSecrets<T>(
  value: T,
  resolver: SecretResolver,
  timeoutMs: number,
): Promise<ResolvedSecrets<T>> {
  const found = await Promise.all(
    [...secretPlaces(value)].map(async ([name, place]) => {
      const secret = await lookUp(name, resolver, timeoutMs);
      if (secret === undefined) throw secretMissing(name, `The secret '${name}' (at ${place || 'the root'})`);
      return { name, value: secret };
    }),
  );
  const redactor = new Redactor(found);
  const values = new Map(found.map((secret) => [secret.name, secret.value]));
  return { value: fillIn(value, values) as Resolved<T>, redactor };
}

/** What masks the secrets of these names; while one does not resolve (any more), which `missing` names, it withholds all. */
export async function redactorFor(
  names: readonly string[],
  resolver: SecretResolver,
  timeoutMs: number,
): Promise<{ redactor: Redactor; missing: string[] }> {
  const missing: string[] = [];
  const found = await Promise.all(
    names.map(async (name) => {
      const value = await lookUp(name, resolver, timeoutMs).catch(() => undefined);
      if (value !== undefined) return [{ name, value }];
      missing.push(name);
      return [];
    }),
  );
  return { redactor: new Redactor(found.flat(), missing), missing };
}

/** The error of a reference without a value; `what` names it and where it stands. */
export function secretMissing(name: string, what: string): PerdureError {
  return new PerdureError({
    code: 'secret-missing',
    message: `${what} does not resolve on this worker.`,
    hint: cureFor(name),
  });
}

function cureFor(name: string): string {
  const [, prefix = 'env', rest = ''] = /^([a-z][a-z0-9.+-]*):(.*)$/.exec(name) ?? ['', 'env', name];
  if (prefix === 'env') return `Set the environment variable ${rest} where the worker runs, and restart it.`;
  if (prefix === 'file') return `Put the value into the file ${rest} in the worker's folder of secrets.`;
  return `See that the worker has a vault '${prefix}', and that it has a value for '${rest}'.`;
}

async function lookUp(name: string, resolver: SecretResolver, timeoutMs: number): Promise<string | undefined> {
  const value = await findSecret(name, resolver, timeoutMs);
  if (value !== undefined) assertMaskable({ name, value });
  return value;
}

/** The value, or undefined; an empty one counts as missing. Throws `secret-unavailable`. */
export async function findSecret(
  name: string,
  resolver: SecretResolver,
  timeoutMs: number,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(name, `gave no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return (await Promise.race([resolver.resolve(name), late])) || undefined;
  } catch (cause) {
    throw isPerdureError(cause) ? cause : unavailable(name, 'failed', cause);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(name: string, problem: string, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'secret-unavailable',
    message: `The secret '${name}' could not be looked up: the place where it is kept ${problem}.`,
    hint: 'Look at that place; its own message is not shown, since it may hold a value.',
    cause,
  });
}

function fillIn(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (isSecretRef(value)) return values.get(value.$secret);
  if (Array.isArray(value)) return value.map((item: unknown) => fillIn(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fillIn(item, values)]));
}
