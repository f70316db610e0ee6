import type { Duration } from '../core/duration.js';
import { SimulatorError } from './error.js';

const units: Readonly<Record<string, number>> = {
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

/** Reads milliseconds, or a text such as `'40 min'`, `'10 s'`, `'1h 30m'`; anything else is a `SimulatorError`. */
export function milliseconds(value: Duration): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && value >= 0) return value;
    throw new SimulatorError(`not a duration: ${value}`);
  }
  if (!/^\s*(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/i.test(value)) throw new SimulatorError(`not a duration: '${value}'`);
  let total = 0;
  for (const [, amount, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const name = unit.toLowerCase();
    const scale = units[name] ?? units[name.replace(/s$/, '')];
    if (scale === undefined) throw new SimulatorError(`not a unit of time: '${unit}' in '${value}'`);
    total += Number(amount) * scale;
  }
  return total;
}
