import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/run.js';
import { lastLine, spawnCli } from './built.js';

interface Told {
  runs: { key: string; endpoint: string; status: string; polls: number; sessionId?: string; outcome?: Outcome }[];
  openSessions: number;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a demo whose temporary files are in a folder of its own. */
async function startDemo(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const scratch = await mkdtemp(path.join(folder, `${name}-`));
  const demo = spawnCli(['demo', '--json', ...args], { cwd: scratch, env: { ...env, TMPDIR: scratch } });
  return { demo, left: () => readdir(scratch) };
}

function statuses({ runs }: Told): string[] {
  return runs.map(({ endpoint, status }) => `${endpoint} ${status}`);
}

const promised = [
  'anchor.webTask completed',
  'anchor.sessionAgent completed',
  'anchor.task completed',
  'anchor.namedTask completed',
  'browserbase.agentRun completed',
  'browserbase.agentRun cancelled',
];

test.concurrent('the demo runs all five endpoints to their results, answers a question, cancels a sixth run, and leaves nothing', async () => {
  const { demo, left } = await startDemo('plain', []);
  expect(await demo.exit, demo.stderr()).toBe(0);
  const told = lastLine(demo.stdout()) as Told;
  expect({ statuses: statuses(told), open: told.openSessions }).toEqual({ statuses: promised, open: 0 });
  expect(told.runs[0]?.outcome).toMatchObject({
    result: { customer: 'Meier, Bern' },
    questions: [{ state: 'applied' }],
  });
  for (const { endpoint, polls, sessionId } of told.runs) {
    expect(polls > 0).toBe(endpoint !== 'anchor.sessionAgent');
    expect(sessionId).toBeTruthy();
  }
  expect(demo.stderr()).toContain('0 sessions left open');
  expect(await left()).toEqual([]);
}, 240_000);

test.concurrent('Ctrl-C cancels every run of the demo, and leaves no session, no process and no file', async () => {
  const { demo, left } = await startDemo('interrupted', []);
  await demo.until(/anchor\.webTask {2}running/);
  demo.child.kill('SIGINT');
  expect(await demo.exit, demo.stderr()).toBe(130);
  const told = lastLine(demo.stdout()) as Told;
  expect(told.openSessions).toBe(0);
  // On a busy machine a short run may have completed before it is cancelled; the endless one can't have.
  for (const { status } of told.runs) expect(['cancelled', 'completed']).toContain(status);
  expect(told.runs.at(-1)?.status).toBe('cancelled');
  const [, address = ''] = / at (127\.0\.0\.1:\d+) in /.exec(demo.stderr()) ?? [];
  await expect(fetch(`http://${address}`)).rejects.toThrow();
  expect(await left()).toEqual([]);
}, 240_000);

test('a delay that is none is refused before anything is started', async () => {
  const { demo, left } = await startDemo('refused', [], { PERDURE_DEMO_DELAY: 'long' });
  expect(await demo.exit).toBe(2);
  expect(lastLine(demo.stdout())).toMatchObject({ error: { code: 'bad-input' } });
  expect(await left()).toEqual([]);
});
