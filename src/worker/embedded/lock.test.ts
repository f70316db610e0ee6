import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { withLock } from './lock.js';

const folder = mkdtempSync(path.join(tmpdir(), 'perdure-lock-'));
const file = path.join(folder, 'lock');
afterEach(() => rmSync(file, { force: true }));

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('only one of many works at a time, and all come to work', async () => {
  let inside = 0;
  let most = 0;
  let done = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    done += 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => withLock(file, work, { pollMs: 1 })));
  expect({ most, done }).toEqual({ most: 1, done: 10 });
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that died is taken over without a word', async () => {
  writeFileSync(file, `${deadPid()} some-token`);
  const waiting: number[] = [];
  expect(await withLock(file, async () => 'worked', { waiting: (pid) => waiting.push(pid) })).toBe('worked');
  expect(waiting).toEqual([]);
});

test('whoever waits is told once which process is in the way', async () => {
  writeFileSync(file, `${process.ppid} some-token`);
  const told: number[] = [];
  const waiting = (pid: number) => {
    told.push(pid);
    setImmediate(() => rmSync(file));
  };
  await withLock(file, async () => {}, { waiting, pollMs: 1 });
  expect(told).toEqual([process.ppid]);
});

test('a failure inside gives the lock back', async () => {
  await expect(withLock(file, () => Promise.reject(new TypeError('broken')))).rejects.toThrow('broken');
  expect(existsSync(file)).toBe(false);
});
