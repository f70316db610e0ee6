import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findServerBinary } from '../../src/worker/embedded/binary.js';
import { blocksOf } from '../docs/pages.js';
import { freePort } from '../support/free-port.js';
import { isAlive, lastLine, type Spawned, spawnCli } from './built.js';
import { jsonOf, run } from './fake-context.js';
import { makeOpener } from './opener.js';

// Servers and workers are started one after the other.
vi.setConfig({ testTimeout: 240_000 });

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'perdure-cli-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test('up starts a server, simulated providers and a worker, serves runs, and takes all of it away again', async () => {
  const metrics = String(await freePort());
  const up = spawnCli(
    ['up', '--simulator', '--port', '0', '--inbox-port', '0', '--headless', '--metrics', metrics, '--json'],
    { cwd, env: {} },
  );
  await up.until(/}\n/);
  expect(lastLine(up.stdout())).toMatchObject({
    namespace: 'default',
    home: path.join(cwd, '.perdure'),
    taskQueue: 'perdure',
    accounts: ['anchor/default', 'browserbase/default'],
  });
  expect(up.stderr()).toMatch(/^Temporal server [\d.]+ \(.*\) at 127\.0\.0\.1:\d+ in .*\nSimulated providers at /);
  const state = JSON.parse(await readFile(path.join(cwd, '.perdure', 'server.json'), 'utf8')) as { pid: number };
  const { inbox, inboxToken } = lastLine(up.stdout()) as { inbox: string; inboxToken: string };
  expect(up.stderr()).toContain(`Inbox at ${inbox}; sign in as `);
  const started = await run(['run', 'browserbase.agentRun', '--key', 'first', '--task', 'look'], { cwd });
  expect(started.exit, started.stderr).toBe(0);
  await expectToldOf('first', up, metrics);
  expect(up.stderr()).toMatch(/\n {2}export ANCHORBROWSER_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/anchor\n/);
  const failing = await run(['run', 'anchor.webTask', '--key', 'cue', '--prompt', 'look (fail)'], { cwd });
  expect(failing).toMatchObject({ exit: 1, stderr: expect.stringContaining('The page was gone.') });
  const body = '{"human_intervention": true}';
  await run(['run', 'anchor.webTask', '--key', 'asks', '--prompt', 'look (ask)', '--body', body, '--no-wait'], { cwd });
  const asked = () => run(['questions'], { cwd });
  await expect.poll(async () => (await asked()).stdout, { timeout: 60_000 }).toContain('Which one do you mean?');
  await expectTakenOver('asks', inbox);
  const api = async (place: string) => {
    const reply = await fetch(`${inbox}/api${place}`, { headers: { authorization: `Bearer ${inboxToken}` } });
    return await reply.json();
  };
  expect(await api('/questions')).toMatchObject({ questions: [{ key: 'asks' }] });
  expect(await api('/runs/asks')).toMatchObject({ run: { takeover: { by: 'ann' } } });
  const back = await run(['takeover', 'asks', '--by', 'ann', '--hand-back', '--json'], { cwd });
  expect(jsonOf(back)).toEqual({ accepted: true, hold: false, url: `${inbox}/runs/asks/live` });
  expect((await run(['stop', 'asks'], { cwd })).exit).toBe(0);
  up.child.kill('SIGTERM');
  expect(await up.exit).toBe(0);
  expect(isAlive(state.pid)).toBe(false);
  expect(up.stderr()).not.toMatch(/ (warn|error) |^\s+at /m);
});

/** Takes a run's browser over by hand at a desktop, then by a program: both get to the inbox that really runs. */
async function expectTakenOver(key: string, inbox: string): Promise<void> {
  const url = `${inbox}/runs/${key}/live`;
  const handBack = `npx perdure takeover ${key} --hand-back`;
  const env = await makeOpener(cwd, 'printf %s "$1" > "$(dirname "$0")/opened"');
  const shown = await run(['takeover', key, '--by', 'ann'], { cwd, env, tty: true });
  expect(shown).toMatchObject({ exit: 0, stdout: `${url}\n` });
  expect(shown.stderr).toMatch(/^The browser is yours\. .*\nIts live view is opened in your browser\.\n/);
  expect(shown.stderr).toContain(handBack);
  expect(await readFile(path.join(cwd, 'opened'), 'utf8')).toBe(url);
  const printed = await run(['takeover', key, '--by', 'ann', '--no-open'], { cwd, env, tty: true });
  expect(printed).toMatchObject({ exit: 0, stdout: `${url}\n`, stderr: expect.not.stringContaining('opened') });
  const told = await run(['takeover', key, '--by', 'ann', '--json'], { cwd });
  expect(jsonOf(told)).toEqual({ accepted: true, hold: true, url, opened: false, handBack });
}

/** Expects metrics of a run at a port of this machine, and its end in the log. */
async function expectToldOf(key: string, up: Spawned, port: string): Promise<void> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const place = 'account="browserbase/default",endpoint="browserbase.agentRun"';
  for (const line of [
    `perdure_starts{${place},`,
    `perdure_runs_ended{${place},`,
    `perdure_run_duration_bucket{${place},`,
    'perdure_news_lag_count{',
    'perdure_provider_requests{account="browserbase/default",method="POST",route="/v1/agents/runs",status="2',
    'perdure_provider_request_duration_count{',
    'perdure_questions_waiting',
    'temporal_workflow_completed',
  ]) {
    expect(text).toContain(line);
  }
  await up.until(/"msg":"Run ended completed"/);
  const lines = up
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = entries.find((entry) => entry.key === key && entry.msg === 'Run ended completed');
  expect(ended).toMatchObject({
    endpoint: 'browserbase.agentRun',
    account: 'browserbase/default',
    attempt: 1,
  });
  const shown = blocksOf('json').map(({ text }) => JSON.parse(text) as object);
  for (const line of shown) expect(Object.keys(ended ?? {})).toEqual(expect.arrayContaining(Object.keys(line)));
}

test('a second Ctrl-C ends up at once, and the server goes with it', async () => {
  const up = spawnCli(['up', '--port', '0', '--inbox-port', '0', '--headless', '--json'], { cwd, env: {} });
  await up.until(/}\n/);
  const state = JSON.parse(await readFile(path.join(cwd, '.perdure', 'server.json'), 'utf8')) as { pid: number };
  up.child.kill('SIGINT');
  await up.until(/Ctrl-C again ends at once/);
  up.child.kill('SIGINT');
  expect([0, 130]).toContain(await up.exit);
  await expect.poll(() => isAlive(state.pid), { timeout: 15_000 }).toBe(false);
});

test('a foreign server without the search attributes is refused with the command that adds them', async () => {
  const foreign = await startForeignServer();
  const env = { HOME: cwd, TEMPORAL_ADDRESS: foreign.address };
  const refused = spawnCli(['up', '--json'], { cwd, env });
  expect(await refused.exit).toBe(1);
  expect(lastLine(refused.stdout())).toMatchObject({ error: { code: 'search-attributes-missing' } });
  expect(refused.stderr()).toContain('temporal operator search-attribute create');
  const sick = await run(['doctor', '--json'], { cwd, env });
  expect({ exit: sick.exit, findings: jsonOf(sick) }).toMatchObject({
    exit: 1,
    findings: {
      findings: expect.arrayContaining([
        expect.objectContaining({
          name: 'search attributes',
          state: 'fail',
          cure: expect.stringContaining('perdure doctor --setup') as unknown,
        }),
      ]) as unknown,
    },
  });
  const cured = await run(['doctor', '--setup'], { cwd, env });
  expect(cured.stdout).toMatch(/ok +search attributes: added PerdureStatus/);
  expect(cured.stdout).toMatch(/warn +worker: none polls perdure and perdure-blocking/);
  const up = spawnCli(['up', '--json'], { cwd, env });
  await up.until(/}\n/);
  expect(lastLine(up.stdout())).toMatchObject({ address: foreign.address });
  up.child.kill('SIGTERM');
  expect(await up.exit).toBe(0);
  await foreign.stop();
});

/** A Temporal server that Perdure has not set up. */
async function startForeignServer(): Promise<{ address: string; stop(): Promise<void> }> {
  const { path: binary } = await findServerBinary();
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const child = spawn(binary, ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  });
  const address = `127.0.0.1:${port}`;
  await expect
    .poll(
      async () => {
        const connection = await Connection.connect({ address, connectTimeout: 1_000 });
        await connection.workflowService.describeNamespace({ namespace: 'default' });
        await connection.close();
        return true;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  return {
    address,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
