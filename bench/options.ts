import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';

export const usage = `Usage: npm run bench -- watch [options]
       npm run bench -- overhead [options]
       npm run bench -- heal [options]
       npm run bench -- kill [options]
       npm run bench -- flood [options]
       npm run bench -- answer [options]
       npm run bench -- steps [options]

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

overhead: from the client's start to the provider's receipt, beside a direct call and beside the least that Temporal does
for it (bare: a workflow of a few lines whose first step is one activity with one request), and from the provider's end
to the result, less the time between two looks.

  --runs N           runs, bare workflows, and direct calls (default 50)

heal: runs of 60 to 90 s lose all of their watchers, soon after the worker's check that every run is watched and before
the first of them ends. How late they learn of their ends counts from the end or the loss, whichever is later. Exit 1
when a run does not complete or learns of its end more than 90 s late.

  --runs N           runs that are open at once (default 200)
  --provider NAME    browserbase (default) or anchor

kill: runs of 20 to 60 s lose their only worker by SIGKILL just when the first has ended, and a new one is started at
once. How late they learn of their ends counts from the end or the new worker's readiness, whichever is later. Exit 1
when a run does not complete or learns of its end more than 10 s late.

  --runs N           runs that are open at once (default 100)

flood: one account's watchers, made to continue as new often, are told of made-up runs as fast as a worker tells them.
Exit 1 when one is refused or lost, or when no watcher continued as new meanwhile.

  --enrolments N     made-up runs (default 12000)

answer: from an answer's acceptance, by the run's history, to the provider's receipt, while all the runs are open. Exit 1
when the median is above 150 ms or the 99th percentile above 500 ms.

  --runs N           runs that are open, each of which is answered once (default 200)

steps: a plan of agent steps, in turns with a workflow of the same runs by runAgent (handWritten), and with one that starts
and follows them by plain activities, with none of what Perdure does (bare). Exit 1 when the plan takes more than 1.5 times
the events of the former, those of its runs counted, or 1.5 times the time.

  --steps N          steps of each side (default 20)
  --rounds N         how often each side plays, after one round that does not count (default 3)

  --json             the figures as JSON in the last line
  --help             this text

TEMPORAL_ADDRESS names a server to measure on, TEMPORAL_SERVER_PID its processes (and those of its database), and
TEMPORAL_DATABASE_URL its PostgreSQL; by default the embedded one. On the server that docker-compose.yml describes:
npm run cluster -- --bare --exec 'npm run bench -- watch'`;

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

const provider = z.enum(['browserbase', 'anchor'], 'needs browserbase or anchor').default('browserbase');
const json = z.boolean().default(false);

const watch = z.object({
  runs: whole.default(300),
  seconds: range.default({ from: 15, to: 45 }),
  open: whole.optional(),
  provider,
  cadence: seconds.default(3),
  only: z.enum(['perdure', 'baseline'], 'needs perdure or baseline').optional(),
  adaptive: z.boolean().default(false),
  cache: whole.optional(),
  slots: whole.optional(),
  json,
});
const overhead = z.object({ runs: whole.default(50), json });
const heal = z.object({ runs: whole.default(200), provider, json });
const kill = z.object({ runs: whole.default(100), json });
const answer = z.object({ runs: whole.default(200), json });
const steps = z.object({ steps: whole.default(20), rounds: whole.default(3), json });
const flood = z.object({ enrolments: whole.default(12_000), json });

export type WatchOptions = z.output<typeof watch>;
export type OverheadOptions = z.output<typeof overhead>;
export type HealOptions = z.output<typeof heal>;
export type KillOptions = z.output<typeof kill>;
export type AnswerOptions = z.output<typeof answer>;
export type StepsOptions = z.output<typeof steps>;
export type FloodOptions = z.output<typeof flood>;

/** What the bench is asked to do. */
export type Command =
  | { name: 'watch'; options: WatchOptions }
  | { name: 'overhead'; options: OverheadOptions }
  | { name: 'heal'; options: HealOptions }
  | { name: 'kill'; options: KillOptions }
  | { name: 'flood'; options: FloodOptions }
  | { name: 'answer'; options: AnswerOptions }
  | { name: 'steps'; options: StepsOptions }
  | { name: 'help' };

/** Reads the arguments; a text says what is wrong with them. */
export function readCommand([name, ...args]: readonly string[]): Command | string {
  if (name === '--help' || args.includes('--help')) return { name: 'help' };
  switch (name) {
    case 'watch':
      return commandOf(name, watch, args);
    case 'overhead':
      return commandOf(name, overhead, args);
    case 'heal':
      return commandOf(name, heal, args);
    case 'kill':
      return commandOf(name, kill, args);
    case 'flood':
      return commandOf(name, flood, args);
    case 'answer':
      return commandOf(name, answer, args);
    case 'steps':
      return commandOf(name, steps, args);
    case undefined:
      return 'Say what is to be measured.';
    default:
      return `There is no measure '${name}'.`;
  }
}

function commandOf<N extends string, S extends z.ZodObject>(
  name: N,
  schema: S,
  args: readonly string[],
): { name: N; options: z.output<S> } | string {
  const options = readOptions(schema, args);
  return typeof options === 'string' ? options : { name, options };
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
