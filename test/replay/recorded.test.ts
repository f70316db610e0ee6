import { createRequire } from 'node:module';
import path from 'node:path';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { bundle, files, read, replay, typeOf } from './histories.js';

let workflows: WorkflowBundle;
beforeAll(async () => {
  workflows = await bundle('workflows.ts');
});

test('each released version and the one in the making have histories of every way a run may go', () => {
  const versions = new Set(files.map((file) => path.dirname(file)));
  const perVersion = [...versions].map((version) => files.filter((file) => path.dirname(file) === version).length);
  expect(Math.min(...perVersion)).toBeGreaterThanOrEqual(18);
});

test.each(files)('the history %s replays (fault matrix 13: committed histories)', async (file) => {
  await replay(file, workflows);
});

const ofRuns = files.filter((file) => typeOf(file) === 'agentRun');

test('a change of the order of commands is found by every history of a run', async () => {
  const changed = await bundle('changed-workflows.ts');
  const results = await Promise.allSettled(ofRuns.map((file) => replay(file, changed)));
  expect(results.length).toBeGreaterThanOrEqual(14);
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'DeterminismViolationError' } });
  }
});

test('the same change, patched, leads every history of a run to the same commands', async () => {
  const patched = await bundle('patched-workflows.ts');
  for (const file of ofRuns) await replay(file, patched);
});

test.each(files)('the history %s is small and tells nothing of a machine or a key', (file) => {
  const text = read(file);
  expect(text.length).toBeLessThan(100_000);
  const suspicious = /node_modules|\/home\/|file:\/\/|simulator-key|api[_-]?key|\d@\w/i;
  const decoded = text.replace(/"data": "([A-Za-z0-9+/=]+)"/g, (_, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );
  expect(decoded.match(suspicious)?.[0]).toBeUndefined();
});

test('one protobufjs 8 serves all of the SDK; with another, no history in JSON could be read', () => {
  const require = createRequire(import.meta.url);
  const from = (name: string) => createRequire(require.resolve(`${name}/package.json`));
  const worker = from('@temporalio/worker');
  const holders = [from('@temporalio/common'), worker, createRequire(worker.resolve('@temporalio/proto/package.json'))];
  const places = new Set(holders.map((holder) => holder.resolve('protobufjs/package.json')));
  expect(places.size).toBe(1);
  const { version }: { version: string } = require('protobufjs/package.json');
  expect([...places]).toEqual([require.resolve('protobufjs/package.json')]);
  expect(version).toMatch(/^8\./);
});
