import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeOpener } from '../../test/cli/opener.js';
import { openPage } from './browser.js';
import { Output } from './output.js';

const page = 'http://127.0.0.1:7300/runs/a%2Fb/live';
const terminal = { write: () => undefined, isTTY: true };
const pipe = { write: () => undefined };

function contextOf(env: NodeJS.ProcessEnv, stdout: { write(): undefined; isTTY?: boolean } = terminal) {
  return { env, output: new Output({ stdout, stderr: pipe, env }, false) };
}

/** A desktop whose opener does this. */
async function desktop(script: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-opener-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { env: await makeOpener(folder, script), opened: path.join(folder, 'opened') };
}

test('a page is opened by the system for whoever sits at the terminal', async () => {
  const { env, opened } = await desktop('printf %s "$1" > "$(dirname "$0")/opened"');
  expect(await openPage(contextOf(env), page)).toBe(true);
  expect(await readFile(opened, 'utf8')).toBe(page);
});

test('an opener that fails, or that is not there, has opened nothing', async () => {
  const { env } = await desktop('exit 3');
  expect(await openPage(contextOf(env), page)).toBe(false);
  expect(await openPage(contextOf({ ...env, PATH: '/nowhere' }), page)).toBe(false);
});

test('nothing is opened where nobody sees it: without a terminal, or far from the display', async () => {
  const { env, opened } = await desktop('printf %s "$1" > "$(dirname "$0")/opened"');
  expect(await openPage(contextOf(env, pipe), page)).toBe(false);
  const { DISPLAY: _, ...remote } = env;
  expect(await openPage(contextOf({ ...remote, SSH_CONNECTION: '192.0.2.1 4 192.0.2.2 22' }), page)).toBe(false);
  await expect(readFile(opened)).rejects.toMatchObject({ code: 'ENOENT' });
});
