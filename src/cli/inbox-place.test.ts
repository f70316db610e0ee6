import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../client/settings.js';
import { findInbox, noteInbox } from './inbox-place.js';

async function settings(env: Record<string, string> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'perdure-home-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return loadSettings(env, { home: folder }, folder);
}

/** The id of a process that has ended. */
function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('the inbox is where the running one of this home listens, and by default again once that has ended', async () => {
  const its = await settings();
  const byDefault = { value: 'http://127.0.0.1:7300', source: 'default', configured: false };
  expect(findInbox(its)).toEqual(byDefault);
  const forget = noteInbox(its.home.value, 'http://127.0.0.1:4711');
  expect(findInbox(its)).toMatchObject({ value: 'http://127.0.0.1:4711', source: 'file', configured: false });
  forget();
  expect(findInbox(its)).toEqual(byDefault);
});

test('where links lead is as configured, wherever an inbox listens', async () => {
  const its = await settings({ PERDURE_INBOX_URL: 'https://inbox.example' });
  noteInbox(its.home.value, 'http://127.0.0.1:4711');
  expect(findInbox(its)).toMatchObject({ value: 'https://inbox.example', configured: true });
});

test('what a killed process or a foreign hand left is not believed, and the next inbox tidies up', async () => {
  const its = await settings();
  const home = its.home.value;
  const note = JSON.stringify({ url: 'http://127.0.0.1:4712', since: '2026-11-28T04:00:00.000Z' });
  writeFileSync(path.join(home, `inbox.${endedPid()}.json`), note);
  writeFileSync(path.join(home, `inbox.${process.ppid}.json`), '{"url":"javascript:1"');
  expect(findInbox(its)).toMatchObject({ source: 'default' });
  noteInbox(home, 'http://127.0.0.1:4711');
  expect(findInbox(its).value).toBe('http://127.0.0.1:4711');
  expect(readdirSync(home).toSorted()).toEqual([`inbox.${process.pid}.json`, `inbox.${process.ppid}.json`].toSorted());
});
