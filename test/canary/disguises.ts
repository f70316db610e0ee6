/** The ways in which the canary's provider repeats a value, by name. */
export const disguises: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  'in JSON': (value) => JSON.stringify({ said: value }),
  'in JSON in JSON': (value) => JSON.stringify(JSON.stringify(value)),
  'in a URL': (value) => `https://site.example/?q=${encodeURIComponent(value)}`,
  'in a form': (value) => new URLSearchParams({ said: value }).toString(),
  base64: (value) => Buffer.from(value).toString('base64'),
  'base64 after one byte': (value) => Buffer.from(`:${value}:`).toString('base64'),
  'base64 after two bytes': (value) => Buffer.from(`a:${value}:b`).toString('base64'),
  base64url: (value) => Buffer.from(`me:${value}`).toString('base64url'),
  hex: (value) => Buffer.from(value).toString('hex'),
};

/** The value in every disguise. */
export function disguised(value: string): string[] {
  return Object.values(disguises).map((disguise) => disguise(value));
}
