import { PerdureError } from '../core/errors.js';

/** Reads `name=value` texts; the value may have further `=`. Throws `bad-input`. */
export function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      // The text may be a value without its name, and the value a secret.
      throw new PerdureError({
        code: 'bad-input',
        message: `${option} takes name=value, such as ${option} city=Bern.`,
      });
    }),
  );
}
