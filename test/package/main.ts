import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { command, CommandError } from './command.js';
import { type Kind, kinds, Project } from './project.js';
import { type Addition, added, type Installed, judgeAddition, readInstalled } from './size.js';

const usage = `Usage: node dist/test/package/main.js [--node PATH]... [--json]

Packs the package, installs it in an empty ESM and an empty CommonJS project that have Temporal, compiles a program there
and plays it against a Temporal server and simulated providers. Exit 1 when it does not complete, or when the README says
another size of the install than there is.

  --node PATH  another Node to play the programs on too; may be given several times
  --json       the findings as JSON in the last line`;

const say = (line: string) => void process.stderr.write(`${line}\n`);
const root = process.cwd();
const read = (file: string) => readFile(path.join(root, file), 'utf8');

interface Manifest {
  version: string;
  exports: Record<string, unknown>;
}

interface Installation {
  project: Project;
  addition: Addition;
}

async function main(args: readonly string[]): Promise<number> {
  const given = readArgs(args);
  if (given === undefined) {
    say(usage);
    return 2;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-package-'));
  try {
    const findings = await inspect(folder, [process.execPath, ...given.node.map((node) => path.resolve(node))]);
    for (const problem of findings.problems) say(`wrong: ${problem}`);
    process.stdout.write(`${JSON.stringify(findings, undefined, given.json ? undefined : 2)}\n`);
    return findings.problems.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(error.message);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readArgs(args: readonly string[]) {
  const node = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({ args: [...args], options: { node, json: { type: 'boolean', default: false } } }).values;
  } catch {
    return undefined;
  }
}

async function inspect(folder: string, nodes: readonly string[]) {
  await command(process.execPath, ['scripts/pack.mjs'], { cwd: root, within: 120, cure: 'Build it: npm run build.' });
  const problems: string[] = [];
  const installations: Installation[] = [];
  for (const kind of kinds) installations.push(await install(kind, path.join(folder, kind), problems));
  const [{ addition }] = installations as [Installation];
  problems.push(...judgeAddition(await read('README.md'), addition));
  const uses = installations.map(({ project }) =>
    use(project, nodes, problems).catch((error: unknown) => tell(error, problems)),
  );
  await Promise.all(uses);
  return { projects: kinds, nodes: await Promise.all(nodes.map(versionOf)), addition, problems };
}

async function install(kind: Kind, folder: string, problems: string[]): Promise<Installation> {
  say(`installing in an empty project: ${kind}`);
  const project = await Project.create(kind, folder, root);
  const before = await readInstalled(folder);
  await project.addPerdure(path.join(root, 'dist', 'perdure.tgz'));
  const after = await readInstalled(folder);
  problems.push(...(await unlocked(after)).map((found) => `${kind}: ${found} is not what package-lock.json has`));
  return { project, addition: added(before, after) };
}

/** What was installed in a version that the tests of this repository do not have. */
async function unlocked({ versions }: Installed): Promise<string[]> {
  const lock = JSON.parse(await read('package-lock.json')) as { packages: Record<string, { version?: string }> };
  const named = (place: string, version = '') => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`;
  const locked = new Set(Object.entries(lock.packages).map(([place, { version }]) => named(place, version)));
  const own = 'node_modules/perdure';
  return [...versions].flatMap(([place, version]) => {
    const name = named(place, version);
    return place === own || locked.has(name) ? [] : [name];
  });
}

/** Compiles the program of a user and plays it on each Node. */
async function use(project: Project, nodes: readonly string[], problems: string[]): Promise<void> {
  const { kind } = project;
  const { version, exports: entries } = JSON.parse(await read('package.json')) as Manifest;
  await project.addProgram(path.join(root, 'test', 'package', 'fixtures'));
  await project.compile('typescript7');
  // What the compiler before allows a CommonJS project is the narrower.
  if (kind === 'commonjs') await project.compile('typescript', ['--noEmit', '--skipLibCheck']);
  const names = Object.keys(entries)
    .filter((entry) => !entry.endsWith('.json'))
    .map((entry) => `perdure${entry.slice(1)}`);
  const check = (what: string, found: unknown, expected: unknown) => {
    if (isDeepStrictEqual(found, expected)) return;
    problems.push(`${kind}: ${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  };
  for (const node of nodes) {
    const on = await versionOf(node);
    say(`playing: ${kind}, Node ${on}`);
    const completed = { node: on, statuses: ['completed', 'completed'], lamps: [3, 3], refused: 'bad-input', open: 0 };
    check(`the program on ${on}`, await project.run(node, `dist/start-${kind}.js`), completed);
    check(`the entries on ${on}`, await project.run(node, 'entries.cjs'), { names });
  }
  check('the command', await project.version(), version);
}

/** What failed in one project leaves the other to be looked at. */
function tell(error: unknown, problems: string[]): void {
  if (!(error instanceof CommandError)) throw error;
  problems.push(error.message);
}

async function versionOf(node: string): Promise<string> {
  return (await command(node, ['-p', 'process.version'], { cwd: root, within: 30 })).trim();
}

process.exitCode = await main(process.argv.slice(2));
