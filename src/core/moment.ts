const form = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/** Reads a time with its zone (ISO 8601; a day begins in UTC) as epoch milliseconds; undefined where it is none. */
export function parseMoment(text: string): number | undefined {
  const at = form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
