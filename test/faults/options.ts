import { parseArgs } from 'node:util';

/** What the command is asked to do. */
export interface Options {
  seeds: number;
  from: number;
  repeat?: number;
  kill: boolean;
  /** Only the points whose name has this text. */
  at: string;
  break?: string;
  json: boolean;
  beside: number;
}

export const usage = `Usage: npm run faults -- [options]

  --seeds N        how many seeds are played (default 40; with --break at most 200, until it is seen)
  --from S         the first of them (default 1)
  --repeat SEED    plays one seed again and prints its program
  --kill           kills the worker at every named point, then the server
  --at TEXT        with --kill: only the points whose name has this text
  --break NAME     plants a known defect, which the judge has to see; 'list' names them
  --beside N       how many seeds play at the same time (default 12)
  --json           the totals as JSON in the last line`;

/** Reads the arguments; a text says what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string', default: '1' },
        repeat: { type: 'string' },
        at: { type: 'string', default: '' },
        kill: { type: 'boolean', default: false },
        break: { type: 'string' },
        beside: { type: 'string', default: '12' },
        json: { type: 'boolean', default: false },
      },
    });
    const { kill, at, json, break: defect } = values;
    const { seeds: count = defect === undefined ? '40' : '200' } = values;
    const numbers = { seeds: count, from: values.from, beside: values.beside, repeat: values.repeat ?? '0' };
    const wrong = Object.entries(numbers).find(([, text]) => !/^\d+$/.test(text));
    if (wrong) return `--${wrong[0]} needs a whole number, not '${wrong[1]}'`;
    const [seeds, from, beside] = [Number(count), Number(values.from), Math.max(1, Number(values.beside))];
    return {
      seeds,
      from,
      beside,
      kill,
      at,
      json,
      break: defect,
      ...(values.repeat && { repeat: Number(values.repeat) }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
