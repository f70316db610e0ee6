import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Files that start a server whose histories nobody replays, and why. */
const exceptions: Record<string, string> = {
  'src/worker/embedded/owner.test.ts': 'no worker: nothing is played',
  'src/worker/embedded/server.test.ts': 'no worker: nothing is played',
  'test/cli/doctor-setup.test.ts': 'no worker: nothing is played',
  'test/batch/main.ts': 'a measure of its own, of a batch that takes minutes',
  'test/canary/stage.ts': 'a campaign of its own, whose server is searched for secrets',
  'test/faults/kill/kill-stage.ts': 'a campaign of its own, whose workers are killed over and over',
  'test/faults/stage.ts': 'the test that has the seeds replays what they made; the campaign is a measure of its own',
  'test/package/fixtures/play.ts': "a user's program, which is installed elsewhere",
};

const starts = /\bstart(?:Embedded|Real|Skipping)Server\(/;
const replays = /\b(?:replayAll|replayAt|closeTelling)\(/;
const leavesOut = /\breplays: false\b/;

/** Files of tests and of what they share, by their places. */
const files = ['test', 'src', 'examples', 'workflows', 'activities']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter((name) => (name.startsWith('src/') ? name.endsWith('.test.ts') : name.endsWith('.ts')))
  .filter((name) => name !== 'test/replay/stages.test.ts');

const text = (name: string) => readFileSync(path.join(root, name), 'utf8');

test('whoever starts a server for a test has all replayed that was made on it, or says why not', () => {
  const silent = files.filter((name) => starts.test(text(name)) && !replays.test(text(name)));
  expect(silent.toSorted()).toEqual(Object.keys(exceptions).toSorted());
});

test('no test of a workflow leaves its histories out', () => {
  expect(files.filter((name) => leavesOut.test(text(name)))).toEqual([]);
});
