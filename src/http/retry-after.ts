/** A provider may ask for patience of up to an hour at a time; what it says beyond is cut. */
export const longestRetryAfterMs = 3_600_000;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';
const month = `(?<month>${months.join('|')})`;

const dateForms = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${clock} GMT$`),
  new RegExp(`^[A-Z][a-z]+day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${clock} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} ${month} (?<day>[ \\d]\\d) ${clock} (?<year>\\d{4})$`),
];

/**
 * Reads a `Retry-After` header, in seconds or as a date, as milliseconds from `now`, at most an hour.
 * Undefined when there is none or it is neither; a date that has passed is 0.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return bound(Number(text) * 1000);
  const at = parseHttpDate(text, now);
  return at === undefined ? undefined : bound(at - now);
}

/** Reads a date in one of the three forms of HTTP as milliseconds since 1970, or undefined. */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const form of dateForms) {
    const parts = form.exec(text)?.groups;
    if (!parts) continue;
    const { day = '', month: name = '', year = '', hour = '', minute = '', second = '' } = parts;
    const time = [Number(hour), Number(minute), Number(second)] as const;
    return Date.UTC(fullYear(year, now), months.indexOf(name), Number(day), ...time);
  }
  return undefined;
}

function fullYear(digits: string, now: number): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  const thisYear = new Date(now).getUTCFullYear();
  const candidate = thisYear - (thisYear % 100) + year;
  return candidate > thisYear + 50 ? candidate - 100 : candidate;
}

function bound(ms: number): number {
  return Math.round(Math.min(longestRetryAfterMs, Math.max(0, ms)));
}
