import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPackages } from './packages.js';

const names = ['client', 'common', 'activity', 'worker', 'workflow'];

let project: string;
/** A file of Perdure's in that project. */
let perdure: string;
beforeEach(async () => {
  project = await realpath(await mkdtemp(path.join(tmpdir(), 'perdure-packages-')));
  perdure = path.join(project, 'node_modules/perdure/dist/doctor.js');
  for (const name of names) await install(project, name, '1.24.0');
});
afterEach(() => rm(project, { recursive: true }));

/** Installs a package of the SDK, as npm does, for what is in a folder. */
async function install(folder: string, name: string, version: string): Promise<string> {
  const place = path.join(folder, 'node_modules/@temporalio', name);
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, 'package.json'), JSON.stringify({ name: `@temporalio/${name}`, version }));
  await writeFile(path.join(place, 'index.js'), '');
  return place;
}

test('one copy of each package is fine', () => {
  expect(checkPackages(project, perdure)).toEqual([
    { name: 'temporal sdk', state: 'ok', text: '1.24.0, one copy of each package' },
  ]);
});

test("a copy of Perdure's own beside the project's is found, with both folders and the cure", async () => {
  const other = await install(path.join(project, 'node_modules/perdure'), 'client', '1.24.1');
  const own = path.join(project, 'node_modules/@temporalio/client');
  expect(checkPackages(project, perdure)).toEqual([
    {
      name: '@temporalio/client',
      state: 'fail',
      text: `is there twice: 1.24.1 in ${other} and 1.24.0 in ${own}`,
      cure: expect.stringContaining('npm dedupe') as unknown,
    },
  ]);
});

test('a copy that a package of the SDK brought along is found too', async () => {
  const other = await install(path.join(project, 'node_modules/@temporalio/worker'), 'common', '1.23.0');
  const [finding, ...others] = checkPackages(project, perdure);
  expect(finding).toMatchObject({ name: '@temporalio/common', state: 'fail' });
  expect(finding?.text).toContain(`1.23.0 in ${other}`);
  expect(others).toEqual([]);
});

test('a package that is missing, or of another version, is named with what installs it', async () => {
  await rm(path.join(project, 'node_modules/@temporalio/activity'), { recursive: true });
  await install(project, 'client', '1.20.0');
  expect(checkPackages(project, perdure)).toMatchObject([
    { name: '@temporalio/client', text: 'is 1.20.0', cure: 'Run: npm install @temporalio/client@~1.24.0' },
    { name: '@temporalio/activity', text: 'is not installed', cure: 'Run: npm install @temporalio/activity@~1.24.0' },
  ]);
});
