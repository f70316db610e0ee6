/** Milliseconds, or a text such as `'90s'`, `'2h'`, `'3 days'`, `'1h 30m'`. */
export type Duration = number | string;

const units: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** Reads a duration as milliseconds; undefined when it is not one, is not positive, or exceeds ten years. */
export function parseDuration(value: Duration): number | undefined {
  const ms = Math.round(typeof value === 'number' ? value : (parseText(value) ?? Number.NaN));
  return ms > 0 && ms <= 315_360_000_000 ? ms : undefined;
}

function parseText(text: string): number | undefined {
  const whole = /^\s*(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/i;
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const lower = unit.toLowerCase();
    const scale = units[lower] ?? units[lower.replace(/s$/, '')];
    if (scale === undefined) return undefined;
    total += Number(amount) * scale;
  }
  return total;
}

/** Writes milliseconds for a person: `850ms`, `42s`, `3m 05s`, `2h 10m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, '0')}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours}h ${String(minutes % 60).padStart(2, '0')}m`
    : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
