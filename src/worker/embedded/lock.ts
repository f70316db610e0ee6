import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './process-list.js';

const breakingMs = 5_000;

/** What a lock does while another process holds it. */
export interface LockOptions {
  /** Told once, when another living process is in the way. */
  waiting?: (holder: number) => void;
  pollMs?: number;
}

/**
 * Runs `work` while no other process on this machine runs under the same lock file. The lock of a process that died is
 * taken over; there is no time limit for a living one.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`;
  let told = false;
  while (!take(file, token)) {
    const holder = breakStale(file);
    if (holder !== undefined && !told) {
      told = true;
      options.waiting?.(holder);
    }
    await pause(options.pollMs ?? 50);
  }
  try {
    return await work();
  } finally {
    if (read(file) === token) rmSync(file, { force: true });
  }
}

function take(file: string, token: string): boolean {
  try {
    writeFileSync(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes the lock of a dead process; the second lock keeps two breakers from removing a fresh one. */
function breakStale(file: string): number | undefined {
  const holder = holderOf(file);
  if (holder !== undefined && isAlive(holder)) return holder;
  const breaker = `${file}.break`;
  try {
    mkdirSync(breaker);
  } catch {
    if (ageOf(breaker) > breakingMs) removeFolder(breaker);
    return undefined;
  }
  const again = holderOf(file);
  if (again === undefined ? ageOf(file) > breakingMs : !isAlive(again)) rmSync(file, { force: true });
  removeFolder(breaker);
  return undefined;
}

function holderOf(file: string): number | undefined {
  const pid = Number.parseInt(read(file) ?? '', 10);
  return Number.isInteger(pid) ? pid : undefined;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
