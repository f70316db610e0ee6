import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCli } from '../../src/cli/cli.js';
import { runWorkflowId } from '../../src/core/names.js';
import type { Performance } from './performance.js';
import type { Place } from './search.js';
import type { Stage } from './stage.js';
import { textOf } from './text-of.js';

const database = 'temporal.db';
const log = 'server.log';

/** All that stays of the runs while the server is up. */
export async function livePlaces(stage: Stage, { keys, pending, told }: Performance): Promise<Place[]> {
  const histories = await Promise.all(keys.map((key) => historyOf(stage, key)));
  const { visibility, memos } = await listed(stage);
  return [
    place('histories', histories),
    place('visibility', visibility),
    place('memos and search attributes', memos),
    place('pending activities', pending),
    place('client', told),
    place('command line', await commandLine(stage, keys)),
    ...(await filePlaces(stage.home)),
  ];
}

/** What workers wrote, and the files after the server has written all of them. */
export async function finalPlaces({ home, written }: Stage): Promise<Place[]> {
  return [
    { name: 'worker stdout', content: Buffer.concat(written.stdout) },
    { name: 'worker stderr', content: Buffer.concat(written.stderr) },
    ...(await filePlaces(home)),
  ];
}

function place(name: string, texts: readonly string[]): Place {
  return { name, content: Buffer.from(texts.join('\n')) };
}

async function historyOf({ client }: Stage, key: string): Promise<string> {
  return textOf(await client.workflow.getHandle(runWorkflowId(key)).fetchHistory());
}

async function listed({ client }: Stage): Promise<{ visibility: string[]; memos: string[] }> {
  const visibility: string[] = [];
  const memos: string[] = [];
  for await (const info of client.workflow.list()) {
    visibility.push(textOf(info.raw));
    memos.push(textOf(info.memo), textOf(info.raw.searchAttributes), textOf(info.raw.memo));
  }
  return { visibility, memos };
}

async function commandLine(stage: Stage, keys: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  const stream = { write: (text: string) => void texts.push(text) };
  const context = {
    stdout: stream,
    stderr: stream,
    stdin: (async function* () {})(),
    env: stage.env,
    cwd: stage.cwd,
    interruption: { take: () => new AbortController().signal },
  };
  for (const key of keys) {
    await runCli(context, ['show', key]);
    await runCli(context, ['show', key, '--json']);
    await runCli(context, ['result', key, '--json']);
  }
  await runCli(context, ['ls', '--json']);
  return texts;
}

async function filePlaces(home: string): Promise<Place[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const read = await Promise.all(files.map(async (file) => ({ file, content: await readFile(file) })));
  const contentOf = (wanted: (name: string) => boolean) =>
    Buffer.concat(read.filter(({ file }) => wanted(path.basename(file))).map(({ content }) => content));
  const isDatabase = (name: string) => [database, `${database}-wal`, `${database}-shm`].includes(name);
  return [
    { name: 'database file', content: contentOf(isDatabase) },
    { name: 'server.log', content: contentOf((name) => name === log) },
    { name: 'files of the home', content: contentOf((name) => !isDatabase(name) && name !== log) },
  ];
}
