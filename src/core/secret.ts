/** A reference to a secret; the value is looked up only by the activity that sends it. */
export interface SecretRef {
  readonly $secret: string;
}

/**
 * Refers to a secret by name, so that its value never enters Temporal.
 * A bare name is an environment variable of the worker; `env:NAME` says so explicitly. `file:NAME` is a file in the
 * worker's folder of secrets; other prefixes are those of vaults that the worker was given. A value has at least six
 * characters, so that it can be masked in what the provider answers.
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

/** The names of the references in a value, each with the place where it stands first, such as `secret_values.PW`. */
export function secretPlaces(value: unknown): Map<string, string> {
  const places = new Map<string, string>();
  collect(value, '', places);
  return places;
}

function collect(value: unknown, place: string, places: Map<string, string>): void {
  if (isSecretRef(value)) {
    if (!places.has(value.$secret)) places.set(value.$secret, place);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => collect(item, `${place}[${index}]`, places));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) collect(item, place ? `${place}.${name}` : name, places);
  }
}

/** The same shape with every secret reference replaced by its value. */
export type Resolved<T> = T extends SecretRef
  ? string
  : T extends (infer Item)[]
    ? Resolved<Item>[]
    : T extends object
      ? { [K in keyof T]: Resolved<T[K]> }
      : T;
