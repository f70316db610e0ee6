import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isAlive } from './process-list.js';
import { startEmbeddedServer } from './server.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const compiled = path.join(root, 'node_modules', '.cache', `perdure-owner-test-${process.pid}`);

beforeAll(() => {
  mkdirSync(compiled, { recursive: true });
  const config = path.join(compiled, 'tsconfig.json');
  const compilerOptions = { rootDir: root, outDir: path.join(compiled, 'out'), declaration: false, sourceMap: false };
  const files = [path.join(root, 'src/worker/embedded/server.ts')];
  const text = JSON.stringify({ extends: path.join(root, 'tsconfig.build.json'), compilerOptions, files, include: [] });
  writeFileSync(config, text);
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript7/bin/tsc'), '-p', config]);
});

afterAll(() => rmSync(compiled, { recursive: true, force: true }));

interface Started {
  pid: number;
  attached: boolean;
}

/** Another Node process that starts or attaches to the home's server, says so in a line, and stays. */
async function owner(home: string): Promise<{ child: ChildProcess; server: Started }> {
  const module = path.join(compiled, 'out/src/worker/embedded/server.js');
  const program = `
    import { startEmbeddedServer } from ${JSON.stringify(module)};
    const { pid, attached } = await startEmbeddedServer({ home: ${JSON.stringify(home)}, port: 0, uiPort: false });
    console.log(JSON.stringify({ pid, attached }));
    setInterval(() => {}, 60_000);`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: compiled, stdio: [...stdio] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (!child.stdout) return expect.unreachable('stdout is a pipe');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, server: JSON.parse(String(line)) };
}

function emptyHome(): string {
  const home = mkdtempSync(path.join(realpathSync(tmpdir()), 'perdure-owner-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

test('processes that start at once share one server', async () => {
  const home = emptyHome();
  const owners = await Promise.all([owner(home), owner(home), owner(home)]);
  expect(new Set(owners.map(({ server }) => server.pid)).size).toBe(1);
  expect(owners.filter(({ server }) => !server.attached)).toHaveLength(1);
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('the server ends with an owner that gets %s', async (signal) => {
  const { child, server } = await owner(emptyHome());
  expect(isAlive(server.pid)).toBe(true);
  child.kill(signal);
  await expect.poll(() => isAlive(server.pid), { timeout: 20_000 }).toBe(false);
});

test('a start right after the owner was killed waits for the old server and then starts its own', async () => {
  const home = emptyHome();
  const { child, server } = await owner(home);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const next = await startEmbeddedServer({ home, port: 0, uiPort: false });
  onTestFinished(() => next.stop());
  expect(next.attached).toBe(false);
  expect(isAlive(server.pid)).toBe(false);
});
