import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';

export const usage = `Usage: npm run bench -- watch [options]
       npm run bench -- overhead [options]

watch: the same runs twice, waited for by Perdure's watcher and by a plain loop of a timer and one status activity.
Exit 1 when a run went wrong, when the loop does not cost 10 to 12 events a poll, or when the watcher looked less than
0.9 times as often as the cadence calls for.

  --runs N           runs of each side (default 300)
  --seconds S        how long a run lasts: a number, or a range such as 15-45 (default 15-45); up to a cadence longer,
                     so that ends fall anywhere between two looks
  --open N           how many are held open at once: a side plays its runs in rounds of so many, in turn with the
                     other (default: two rounds of half the runs; with --only all at once)
  --provider NAME    browserbase (default) or anchor
  --cadence S        seconds between two looks, for both sides (default 3)
  --only SIDE        perdure or baseline: plays only this side
  --adaptive         also the watcher at its default cadence, which grows
  --cache N          workflows that a worker keeps in memory (default: the SDK's own choice)
  --slots N          activities that a worker does at once (default 100)

overhead: from the client's start to the provider's receipt, beside a direct call, and from the provider's end to the
result, less the time between two looks.

  --runs N           runs, and direct calls (default 50)

  --json             the figures as JSON in the last line
  --help             this text

TEMPORAL_ADDRESS names a server to measure on (its process by TEMPORAL_SERVER_PID); by default the embedded one.`;

const whole = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, 'needs a whole number from 1')
  .transform(Number);
const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'needs a number of seconds')
  .transform(Number)
  .refine((value) => value >= 0.1, 'needs at least 0.1 seconds');
const range = z
  .string()
  .regex(/^[1-9]\d*(-[1-9]\d*)?$/, 'needs seconds, such as 15 or 15-45')
  .transform((text) => {
    const [from = 0, to = from] = text.split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from <= to && to <= 86_400, 'needs a range of at most a day, the shorter first');

const watch = z.object({
  runs: whole.default(300),
  seconds: range.default({ from: 15, to: 45 }),
  open: whole.optional(),
  provider: z.enum(['browserbase', 'anchor'], 'needs browserbase or anchor').default('browserbase'),
  cadence: seconds.default(3),
  only: z.enum(['perdure', 'baseline'], 'needs perdure or baseline').optional(),
  adaptive: z.boolean().default(false),
  cache: whole.optional(),
  slots: whole.optional(),
  json: z.boolean().default(false),
});
const overhead = z.object({ runs: whole.default(50), json: z.boolean().default(false) });

export type WatchOptions = z.output<typeof watch>;
export type OverheadOptions = z.output<typeof overhead>;

/** What the bench is asked to do. */
export type Command =
  | { name: 'watch'; options: WatchOptions }
  | { name: 'overhead'; options: OverheadOptions }
  | { name: 'help' };

/** Reads the arguments; a text says what is wrong with them. */
export function readCommand([name, ...args]: readonly string[]): Command | string {
  if (name === '--help' || args.includes('--help')) return { name: 'help' };
  if (name === 'watch') {
    const options = readOptions(watch, args);
    return typeof options === 'string' ? options : { name, options };
  }
  if (name === 'overhead') {
    const options = readOptions(overhead, args);
    return typeof options === 'string' ? options : { name, options };
  }
  return name === undefined ? 'Say what is to be measured.' : `There is no measure '${name}'.`;
}

function readOptions<S extends z.ZodObject>(schema: S, args: readonly string[]): z.output<S> | string {
  const flags = ['adaptive', 'json'];
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.keys(schema.shape).map((option) => [option, { type: flags.includes(option) ? 'boolean' : 'string' }]),
  );
  try {
    const { success, data, error } = schema.safeParse(parseArgs({ args: [...args], options }).values);
    if (success) return data;
    return error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('\n');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
