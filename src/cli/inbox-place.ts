import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Setting, Settings } from '../client/settings.js';
import { isAlive } from '../worker/embedded/process-list.js';

const noted = z.object({ url: z.url({ protocol: /^https?$/ }), since: z.iso.datetime() });

/** Where people reach the inbox, and whether somebody has said so. */
export interface InboxPlace extends Setting<string> {
  configured: boolean;
}

const nameForm = /^inbox\.(\d+)\.json$/;

/**
 * Notes in the home where this process's inbox listens, for the commands that lead people there. Gives what takes the
 * note away. Throws the system's error where the home can't be written.
 */
export function noteInbox(home: string, url: string): () => void {
  mkdirSync(home, { recursive: true });
  for (const { file, pid } of notesIn(home)) if (!isAlive(pid)) rmSync(file, { force: true });
  const file = path.join(home, `inbox.${process.pid}.json`);
  // At once, so that no reader sees half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify({ url, since: new Date().toISOString() })}\n`);
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/**
 * Where people reach the inbox: as it is configured, else where the `perdure up` of this home that was started last
 * listens, else where one would by default.
 */
export function findInbox({ home, inbox }: Pick<Settings, 'home' | 'inbox'>): InboxPlace {
  if (inbox.url.source !== 'default') return { ...inbox.url, configured: true };
  const running = notesIn(home.value)
    .filter(({ pid }) => isAlive(pid))
    .flatMap(({ file }) => {
      const place = readNote(file);
      return place ? [{ file, ...place }] : [];
    })
    .toSorted((a, b) => a.since.localeCompare(b.since))
    .at(-1);
  const found: Setting<string> = running ? { value: running.url, source: 'file', from: running.file } : inbox.url;
  return { ...found, configured: false };
}

function notesIn(home: string): { file: string; pid: number }[] {
  return filesIn(home).flatMap((name) => {
    const pid = nameForm.exec(name)?.[1];
    return pid === undefined ? [] : [{ file: path.join(home, name), pid: Number(pid) }];
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readNote(file: string): z.infer<typeof noted> | undefined {
  try {
    return noted.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
