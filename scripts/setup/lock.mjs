import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './output.mjs';

const breakingMs = 5_000;

/** Runs `work` while no other set-up of the same folder runs; takes over from one that died. */
export async function alone(root, work) {
  const user = process.getuid?.() ?? 'user';
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const file = path.join(tmpdir(), `perdure-setup-${user}-${name}.lock`);
  let told = false;
  while (!take(file)) {
    const holder = breakStale(file);
    if (holder && !told) say(`process ${holder} is setting up this folder: waiting for it`);
    told ||= Boolean(holder);
    await pause(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Gives the living holder, or removes the lock of a dead one; the second lock guards a fresh one from two breakers. */
function breakStale(file) {
  const holder = holderOf(file);
  if (holder && isAlive(holder)) return holder;
  const breaker = `${file}.break`;
  try {
    mkdirSync(breaker);
  } catch {
    if (ageOf(breaker) > breakingMs) rmSync(breaker, { recursive: true, force: true });
    return undefined;
  }
  const again = holderOf(file);
  if (again ? !isAlive(again) : ageOf(file) > breakingMs) rmSync(file, { force: true });
  rmSync(breaker, { recursive: true, force: true });
  return undefined;
}

function holderOf(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function ageOf(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
