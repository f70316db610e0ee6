import { spawn } from 'node:child_process';

/** What a program is run with, and the cure where it can't be done. */
export interface CommandOptions {
  cwd: string;
  /** Seconds after which it is ended; it counts as failed then. */
  within: number;
  /** What to do when it fails, told with what it wrote. */
  cure?: string;
}

const mostLines = 30;

/** The environment of a user who has set nothing but how npm finds its registry and its cache. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(PERDURE_(?!CACHE$)|TEMPORAL_|ANCHOR|BROWSERBASE_|npm_(?!config_)|npm_config_local_prefix$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Runs a program to its end and gives what it wrote to stdout; throws with all that it wrote where it fails. */
export async function command(program: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { cwd, within, cure } = options;
  const child = spawn(program, args, {
    cwd,
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: within * 1000,
    killSignal: 'SIGKILL',
  });
  let text = '';
  let all = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (all += data.toString()));
  const problem = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`can't be run: ${error.message}`));
    child.once('close', (code) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `had not ended after ${within} s` : `failed (exit ${code})`);
    });
  });
  if (problem === undefined) return text;
  const lines = all.trimEnd().split('\n').slice(-mostLines);
  const words = [`'${[program, ...args].join(' ')}' in ${cwd} ${problem}:`, ...lines, ...(cure ? [cure] : [])];
  throw new CommandError(words.join('\n'));
}

/** Says which program failed, what it wrote, and the cure. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
