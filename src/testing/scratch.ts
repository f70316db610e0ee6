import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const memory = '/dev/shm';
/** Bytes: a container may have a disk in memory that a single database fills. */
const enough = 2 ** 30;

/**
 * Makes a folder for a server that does not outlive its test: in memory where there is room, since the server waits for
 * the disk at each step of a workflow.
 */
export async function makeScratch(prefix: string): Promise<string> {
  return mkdtemp(path.join((await hasRoom()) ? memory : tmpdir(), prefix));
}

async function hasRoom(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(memory);
    return bavail * bsize >= enough;
  } catch {
    return false;
  }
}
