import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = path.resolve(import.meta.dirname, '../../deploy/set-up-schema.sh');

/** Runs the script with a tool that records its calls and then does as it is told. */
function setUp(tool: string): Promise<{ code: number; said: string; calls: string[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'perdure-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'temporal-sql-tool');
  writeFileSync(file, `#!/bin/sh\necho "$@" >> ${folder}/calls\n${tool}\n`);
  chmodSync(file, 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}`, SQL_HOST: 'postgres', SQL_PORT: '5432', SQL_USER: 'temporal' };
  return new Promise((resolve) => {
    execFile('/bin/sh', [script], { env }, (error, stdout, stderr) => {
      const calls = readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
      resolve({ code: error ? Number(error.code) : 0, said: `${stdout}${stderr}`, calls });
    });
  });
}

test('both databases are made, and their tables brought to the version of the tool', async () => {
  const { code, said, calls } = await setUp('exit 0');
  expect({ code, said }).toEqual({
    code: 0,
    said: 'schema: temporal is ready\nschema: temporal_visibility is ready\n',
  });
  expect(calls).toEqual([
    '--db temporal create',
    '--db temporal setup-schema -v 0.0',
    '--db temporal update-schema --schema-name postgresql/v12/temporal',
    '--db temporal_visibility create',
    '--db temporal_visibility setup-schema -v 0.0',
    '--db temporal_visibility update-schema --schema-name postgresql/v12/visibility',
  ]);
});

test.each([
  ['pq: password authentication failed for user \\"temporal\\"', 'refuses the password', 'TEMPORAL_DB_PASSWORD'],
  ['dial tcp 10.0.0.2:5432: connect: connection refused', 'does not answer', 'docker compose logs postgres'],
])('%s ends in one line with the cure', async (words, what, cure) => {
  const { code, said, calls } = await setUp(`echo "ERROR ${words}"; exit 1`);
  expect({ code, calls: calls.length }).toEqual({ code: 1, calls: 1 });
  expect(said.trim().split('\n')).toHaveLength(1);
  expect(said).toContain(what);
  expect(said).toContain(cure);
});

test('anything else is shown as the tool says it', async () => {
  const { code, said } = await setUp('echo "pq: disk full"; exit 1');
  expect(code).toBe(1);
  expect(said).toMatch(/^pq: disk full\nschema: the tables of 'temporal' could not be set up/);
});
