import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BenchError } from '../bench-error.js';

const run = promisify(execFile);

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Bytes of a SQLite database as they will be once its log is taken in: the log's file is used again and again, so that
 * its own length says nothing of what was written.
 */
export async function sqliteBytes(file: string): Promise<number> {
  const header = await headOf(file);
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  return (pagesInLog(`${file}-wal`) ?? header.readUInt32BE(28)) * pageBytes;
}

/** Bytes of the databases of a server on PostgreSQL, as `psql` tells them for the address of one of them. */
export async function postgresBytes(url: string): Promise<number> {
  const query = "select sum(pg_database_size(datname)) from pg_database where datname like 'temporal%'";
  const place = new URL(url);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(place.password) };
  place.password = '';
  try {
    return Number((await run('psql', [place.href, '-Atqc', query], { env })).stdout);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BenchError(`The size of the database could not be asked: ${reason}`);
  }
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(100), 0, 100, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}

/** The database's pages after the last commit in the log; undefined when the log has none. Frames of older rounds have other salts. */
function pagesInLog(file: string): number | undefined {
  const log = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  if (log.length < headerBytes) return undefined;
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let pages: number | undefined;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    pages = log.readUInt32BE(at + 4) || pages;
  }
  return pages;
}
