import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PerdureError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import type { CommandContext } from './context.js';

/** Reads JSON: an object or a list as it is given, a file, or standard input where that is named `-`. Throws `bad-input`. */
export async function readJson({ cwd, stdin }: CommandContext, given: string, option: string): Promise<Json> {
  const { place, text } = /^\s*[[{]/.test(given)
    ? { place: 'the value', text: given }
    : given === '-'
      ? { place: 'standard input', text: await readAll(stdin) }
      : { place: `the file ${given}`, text: await readText(path.resolve(cwd, given), option) };
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's message quotes the text, and a body may hold what is not to be shown.
    throw new PerdureError({ code: 'bad-input', message: `${option}: ${place} is not JSON.` });
  }
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readAll(stdin: CommandContext['stdin']): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new PerdureError({ code: 'bad-input', message: `${option}: ${file} can't be read (${reason}).`, cause });
  }
}
