import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileSecrets } from './file-secrets.js';

let root = '';
let folder = '';

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'perdure-secrets-'));
  folder = path.join(root, 'secrets');
  await mkdir(path.join(folder, 'portal', '..data'), { recursive: true });
  await writeFile(path.join(folder, 'portal', '..data', 'password'), 'hunter22\n');
  await symlink(path.join('..data', 'password'), path.join(folder, 'portal', 'password'));
  await writeFile(path.join(folder, 'two-lines'), 'one\r\ntwo\r\n\r\n');
  await writeFile(path.join(folder, 'large'), 'x'.repeat(64 * 1024 + 1));
  await writeFile(path.join(folder, 'largest'), 'x'.repeat(64 * 1024));
  await writeFile(path.join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
  await writeFile(path.join(root, 'outside'), 'not a secret of the worker');
  await writeFile(path.join(root, 'secrets-of-others'), 'not a secret of the worker');
  await symlink(path.join(root, 'outside'), path.join(folder, 'link-out'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(folder, 'pipe')]);
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('a secret is the content of a file without one line break at its end', async () => {
  expect(await fileSecrets(folder).resolve('portal/password')).toBe('hunter22');
  expect(await fileSecrets(folder).resolve('two-lines')).toBe('one\r\ntwo\r\n');
});

test('a path within the folder may also be absolute', async () => {
  expect(await fileSecrets(folder).resolve(path.join(folder, 'portal', 'password'))).toBe('hunter22');
});

test('a file that does not exist, or a folder that does not, is a secret without a value', async () => {
  expect(await fileSecrets(folder).resolve('nothing')).toBeUndefined();
  expect(await fileSecrets(path.join(root, 'nowhere')).resolve('nothing')).toBeUndefined();
  expect(await fileSecrets(folder).resolve('two-lines/deeper')).toBeUndefined();
});

test.each(['../outside', '../secrets-of-others', 'portal/../../outside', 'link-out', '/etc/hostname', '..'])(
  'the path %s leaves the folder and is refused',
  async (name) => {
    await expect(fileSecrets(folder).resolve(name)).rejects.toMatchObject({
      code: 'secret-missing',
      message: `The secret 'file:${name}' does not resolve on this worker: the file lies outside ${folder}.`,
    });
  },
);

test.each([
  ['large', 'has more than 65536 bytes'],
  ['binary', 'is not UTF-8 text'],
  ['portal', 'is not a file'],
  ['pipe', 'is not a file'],
])('%s is refused: it %s', async (name, problem) => {
  await expect(fileSecrets(folder).resolve(name)).rejects.toMatchObject({
    code: 'secret-missing',
    message: `The secret 'file:${name}' does not resolve on this worker: the file ${problem}.`,
  });
});

test('a file of the largest size is read whole', async () => {
  expect(await fileSecrets(folder).resolve('largest')).toHaveLength(64 * 1024);
});
