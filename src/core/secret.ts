/** A reference to a secret; the value is looked up only by the activity that sends it. */
export interface SecretRef {
  readonly $secret: string;
}

/**
 * Refers to a secret by name, so that its value never enters Temporal.
 * A bare name is an environment variable of the worker; `env:NAME` says so explicitly.
 */
export function secret(name: string): SecretRef {
  return { $secret: name };
}

/** Tells whether a value is a reference made by {@link secret}. */
export function isSecretRef(value: unknown): value is SecretRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    '$secret' in value &&
    typeof value.$secret === 'string' &&
    Object.keys(value).length === 1
  );
}

/** The same shape with every secret reference replaced by its value. */
export type Resolved<T> = T extends SecretRef
  ? string
  : T extends (infer Item)[]
    ? Resolved<Item>[]
    : T extends object
      ? { [K in keyof T]: Resolved<T[K]> }
      : T;
