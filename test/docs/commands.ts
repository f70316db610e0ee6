import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { readCommand as readBench } from '../../bench/options.js';
import { readOptions as readCluster } from '../../cluster/options.js';
import { createProgram } from '../../src/cli/program.js';
import { check } from '../../src/schemas/parse.js';
import { startOptions } from '../../src/schemas/start.js';
import { readOptions as readFaults } from '../faults/options.js';
import { root } from './pages.js';

/** A command of a shell: its words, without variables that are set for it and without what its output goes to. */
export interface Line {
  words: string[];
  text: string;
}

/** The commands of a block, comments and continued lines put right; of quotes and spaces it knows what the pages use. */
export function commandsOf(block: string): Line[] {
  return block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((text) => ({ text, words: wordsOf(text) }))
    .filter(({ words }) => words.length > 0);
}

function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word);
  const end = words.findIndex((word) => word === '>' || word.startsWith('#'));
  const kept = end < 0 ? words : words.slice(0, end);
  const first = kept.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return kept.slice(first < 0 ? kept.length : first).map((word) => word.replaceAll(/['"]/g, ''));
}

/** The command line of Perdure, whose commands parse and do nothing. */
function inertProgram(): Command {
  let said = '';
  const stream = { write: (text: string) => void (said += text) };
  const stdin = (async function* () {})();
  const context = { stdout: stream, stderr: stream, stdin, env: {}, cwd: root, interruption: { take: () => never } };
  const program = createProgram(context, () => undefined);
  for (const command of program.commands) {
    for (const each of [command, ...command.commands]) if (each.commands.length === 0) each.action(() => undefined);
  }
  return program;
}

const never = new AbortController().signal;

/** Why the command line of Perdure refuses these words; undefined where it takes them. */
export async function refusalOfPerdure(args: readonly string[]): Promise<string | undefined> {
  try {
    await inertProgram().parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** The same of a command that a text only mentions, where what it requires may be left out. */
export function unknownInMention(args: readonly string[]): string | undefined {
  let command: Command = inertProgram();
  const [first = '', second = ''] = args;
  for (const name of [first, second]) command = command.commands.find((one) => one.name() === name) ?? command;
  if (command.name() === 'perdure' && first !== '' && !first.startsWith('-')) return `no command ${first}`;
  const options = command.options.flatMap(({ long, short }) => [long, short, '--help']);
  const unknown = args.filter(
    (arg) => arg.startsWith('-') && arg !== '-' && !options.includes(arg.split('=')[0] ?? ''),
  );
  return unknown.length > 0 ? `no option ${unknown.join(', ')} of ${command.name()}` : undefined;
}

const { scripts, peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  peerDependencies: Record<string, string>;
};

/** Who reads what follows `npm run <script> --`; other scripts take nothing. */
const readers: Record<string, (args: readonly string[]) => unknown> = {
  bench: readBench,
  cluster: readCluster,
  faults: readFaults,
};

/** Why npm, or the script that it runs, refuses these words. */
export function refusalOfNpm([verb = '', ...args]: readonly string[]): string | undefined {
  if (verb === 'install') {
    const unknown = args.filter((name) => name !== 'perdure' && peerDependencies[name] === undefined);
    return unknown.length > 0 ? `not installed with Perdure: ${unknown.join(', ')}` : undefined;
  }
  const [script = '', dashes, ...rest] = verb === 'run' ? args : [verb, ...args];
  if (scripts[script] === undefined) return `no script ${script}`;
  if (dashes !== undefined && dashes !== '--') return `${dashes} does not reach the script; it needs -- before it`;
  const read = readers[script] ?? (() => (rest.length > 0 ? `${script} takes nothing` : {}));
  const outcome = read(rest);
  return typeof outcome === 'string' ? outcome : undefined;
}

const services = new Set(
  [...readFileSync(path.join(root, 'docker-compose.yml'), 'utf8').matchAll(/^ {2}([a-z]+):$/gm)].map(
    ([, name]) => name,
  ),
);

/** Other programs that the pages call, each with what can be told of its words without it. */
const others: Record<
  string,
  (args: readonly string[], text: string) => Promise<string | undefined> | string | undefined
> = {
  cp: ([from = '']) => (existsSync(path.join(root, from)) ? undefined : `no file ${from}`),
  docker: (args) => (args[0] === 'compose' ? refusalOfCompose(args.slice(1)) : refusalOfDocker(args)),
  curl: (_, text) => refusalOfRequest(text),
  export: () => undefined,
  echo: () => undefined,
  // Temporal's own command lines.
  tcld: () => undefined,
  temporal: () => undefined,
};

/** Why a command of a page would not do what the page says; undefined where nothing is known against it. */
export async function refusalOf({ words, text }: Line): Promise<string | undefined> {
  const [program = '', ...args] = words;
  if (program === 'npx') return args[0] === 'perdure' ? refusalOfPerdure(args.slice(1)) : `npx ${args[0]} is not known`;
  if (program === 'perdure') return refusalOfPerdure(args);
  if (program === 'npm') return refusalOfNpm(args);
  const known = others[program];
  return known ? known(args, text) : `${program} is not known`;
}

function refusalOfCompose([verb = '', ...args]: readonly string[]): string | undefined {
  if (!['up', 'logs', 'exec'].includes(verb)) return `docker compose ${verb} is not known`;
  const [service] = args.filter((arg) => !arg.startsWith('-'));
  return service === undefined || services.has(service) ? undefined : `no service ${service}`;
}

function refusalOfDocker([verb = '', ...args]: readonly string[]): Promise<string | undefined> | string | undefined {
  if (verb === 'build') return existsSync(path.join(root, 'Dockerfile')) ? undefined : 'no Dockerfile';
  const image = args.findIndex((arg) => arg.startsWith('perdure:'));
  return verb === 'run' && image >= 0 ? refusalOfPerdure(args.slice(image + 1)) : `docker ${verb} is not known`;
}

/** A start over HTTP is checked as `start` is. */
function refusalOfRequest(text: string): string | undefined {
  const [, body] = text.match(/-d '([^']*)'/) ?? [];
  if (!text.includes('/api/runs') || body === undefined) return 'only a start over HTTP is known';
  const checked = check(startOptions, JSON.parse(body));
  return checked.ok ? undefined : checked.problems.map(({ path: at, reason }) => `${at}: ${reason}`).join('; ');
}
