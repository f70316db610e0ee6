import path from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';
import { plugin, rooms } from '../../scripts/lint/rooms.mjs';

const cwd = path.resolve(import.meta.dirname, '../..');
const linter = new Linter({ cwd });

/** What the fence says of a line in a file. */
function judge(file: string, line: string): string[] {
  const messages = linter.verify(
    line,
    [
      {
        files: ['**/*.ts'],
        plugins: { perdure: plugin },
        languageOptions: { parser: tseslint.parser },
        rules: { 'perdure/import-fence': 'error' },
      },
    ],
    { filename: path.join(cwd, file) },
  );
  return messages.map(({ message }) => message);
}

const refused: [file: string, line: string, message: string][] = [
  ['src/core/x.ts', "import { z } from 'zod';", "src/core may not import the package 'zod'"],
  ['src/core/x.ts', "import fs from 'node:fs';", "src/core may not import the package 'node:fs'"],
  ['src/core/x.ts', "import { a } from '../schemas/x.js';", 'src/core may not import src/schemas'],
  ['workflows/x.ts', "import { z } from 'zod';", "workflows may not import the package 'zod'"],
  [
    'workflows/x.ts',
    "import { a } from '@temporalio/common';",
    "workflows may not import the package '@temporalio/common'",
  ],
  ['workflows/x.ts', "import { a } from '../activities/x.js';", 'workflows may not import activities'],
  ['workflows/x.ts', "import { type A } from '../src/client/x.js';", 'workflows may not import src/client'],
  ['activities/x.ts', "import { a } from '../src/client/x.js';", 'activities may not import src/client'],
  ['src/client/x.ts', "import { a } from '../worker/x.js';", 'src/client may not import src/worker'],
  ['src/http/x.ts', "export { a } from '../providers/x.js';", 'src/http may not import src/providers'],
  ['src/providers/x.ts', "export * from '../secrets/x.js';", 'src/providers may not import src/secrets'],
  ['src/worker/x.ts', "await import('../testing/x.js');", 'src/worker may not import src/testing'],
  ['src/simulator/x.ts', "import { a } from '../core/x.js';", 'src/simulator may not import src/core'],
  ['src/simulator/x.ts', "import type { A } from '../providers/x.js';", 'src/simulator may not import src/providers'],
  ['src/cli/x.ts', "import { a } from '../../workflows/index.js';", 'src/cli may not import workflows'],
  ['src/testing/x.ts', "import { a } from '../../test/x.js';", 'src/testing may not import test/x.js'],
];

test.each(refused)('%s may not say %s', (file, line, message) => {
  expect(judge(file, line)).toEqual([message]);
});

const allowed: [file: string, line: string][] = [
  ['src/core/x.ts', "import { a } from './names.js';"],
  ['workflows/x.ts', "import { sleep } from '@temporalio/workflow';"],
  ['workflows/x.ts', "import type { A } from '../activities/x.js';"],
  ['src/simulator/x.ts', "import type { A } from '../core/x.js';"],
  ['src/providers/x.ts', "import { a } from '../http/client.js';"],
  ['src/core/x.test.ts', "import { expect } from 'vitest';"],
  ['examples/x.ts', "import { connect } from 'perdure';"],
];

test.each(allowed)('%s may say %s', (file, line) => {
  expect(judge(file, line)).toEqual([]);
});

test('no room may import one that may import it in turn', () => {
  const table = new Map<string, readonly string[]>(Object.entries(rooms).map(([name, law]) => [name, law.rooms]));
  const mutual = [...table].filter(([name, others]) => others.some((other) => table.get(other)?.includes(name)));
  expect(mutual).toEqual([]);
});
