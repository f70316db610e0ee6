import { open } from 'node:fs/promises';
import path from 'node:path';
import { PerdureError } from '../core/errors.js';
import { mostPlanBytes } from '../plan/index.js';
import type { CommandContext } from './context.js';

/** Reads a plan: a file, or `-` for standard input; of what is too large only enough to tell. Throws `bad-input`. */
export async function readPlanFile({ cwd, stdin }: CommandContext, file: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const handle = file === '-' ? undefined : await open(path.resolve(cwd, file));
    const source = handle ? handle.createReadStream({ end: mostPlanBytes + 1 }) : stdin;
    for await (const part of source) {
      const buffer = Buffer.from(part as Uint8Array);
      parts.push(buffer);
      bytes += buffer.length;
      if (bytes > mostPlanBytes) break;
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new PerdureError({ code: 'bad-input', message: `The plan ${file} can't be read (${reason}).`, cause });
  }
  return Buffer.concat(parts).toString('utf8');
}
