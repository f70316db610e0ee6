import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isPerdureError, PerdureError } from '../core/errors.js';
import type { SecretVault } from './resolver.js';

const maxBytes = 64 * 1024;

/**
 * Reads secrets from files, at each use anew: `file:portal/password` is the content of that file below `folder`
 * without one line break at its end. Files outside the folder, also by a link, are refused, as
 * are those of more than 64 KiB and those that are not UTF-8 text.
 */
export function fileSecrets(folder: string): SecretVault {
  return { prefix: 'file', resolve: (name) => readSecret(path.resolve(folder), name) };
}

async function readSecret(folder: string, name: string): Promise<string | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path.resolve(folder, name))]);
    if (!file.startsWith(path.join(root, path.sep))) throw refused(name, `lies outside ${folder}`);
    // Not to wait for a writer where the name is a pipe's.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readText(handle, name);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isPerdureError(error)) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refused(name, `can't be read (${code})`);
  }
}

async function readText(handle: FileHandle, name: string): Promise<string> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw refused(name, 'is not a file');
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
  if (bytesRead > maxBytes) throw refused(name, `has more than ${maxBytes} bytes`);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(buffer.subarray(0, bytesRead)).replace(/\r?\n$/, '');
  } catch {
    throw refused(name, 'is not UTF-8 text');
  }
}

function refused(name: string, problem: string): PerdureError {
  return new PerdureError({
    code: 'secret-missing',
    message: `The secret 'file:${name}' does not resolve on this worker: the file ${problem}.`,
    hint: "Put a text file of at most 64 KiB into the worker's folder of secrets, readable to the worker.",
  });
}
