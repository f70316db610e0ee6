import { PerdureError } from '../core/errors.js';

/**
 * Template tag for the path of a URL: each value becomes one segment, encoded.
 * Throws `bad-input` for a value that would change the path's meaning: empty, `.` or `..`.
 */
export function urlPath(texts: TemplateStringsArray, ...segments: string[]): string {
  return texts.reduce((path, text, index) => path + encodeSegment(segments[index - 1] ?? '') + text);
}

function encodeSegment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new PerdureError({
      code: 'bad-input',
      message: `'${value}' cannot be an id or a name in a provider's URL.`,
      hint: 'Give the id or name as the provider shows it.',
    });
  }
  return encodeURIComponent(value);
}

/** One query parameter; undefined leaves it out. */
export type QueryValue = string | number | boolean | undefined;

/** The query of a URL with its question mark, or nothing when there are no values. */
export function urlQuery(values: Record<string, QueryValue>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
