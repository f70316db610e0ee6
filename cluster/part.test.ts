import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Part } from './part.js';

const folder = mkdtempSync(path.join(tmpdir(), 'perdure-part-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function partOf(name: string, code: string, startMs?: number): Part {
  const log = path.join(folder, `${name}.log`);
  const program = { binary: process.execPath, args: ['-e', code], cwd: folder, log };
  return new Part({ name, program, startMs, isReady: ({ log: words }) => Promise.resolve(words.includes('up')) });
}

test('a part that is killed is started again as another process', async () => {
  const part = partOf('steady', 'console.log("up"); setInterval(() => {}, 1000)');
  await part.start();
  const { pid } = part;
  await part.kill();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await part.start();
  expect(part.pid).not.toBe(pid);
  await part.stop();
  expect(() => process.kill(part.pid, 0)).toThrow('ESRCH');
});

test('one that ends at once is tried again, as a database is whose lock is still held', async () => {
  const mark = JSON.stringify(path.join(folder, 'tried'));
  const code = `const fs = require('fs');
if (!fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); process.exit(1); }
console.log('up'); setInterval(() => {}, 1000)`;
  const part = partOf('second', code);
  await part.start();
  await part.stop();
});

test('one that never comes up is told with its last words and its log', async () => {
  const part = partOf('broken', 'console.error("no room"); process.exit(3)', 3_000);
  await expect(part.start()).rejects.toMatchObject({
    message: expect.stringMatching(/^broken did not come up \(.*\): no room$/) as unknown,
    cure: `Its log: ${path.join(folder, 'broken.log')}`,
  });
});
