import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { config } from '../../src/schemas/config.js';
import { check } from '../../src/schemas/parse.js';

const root = path.resolve(import.meta.dirname, '../..');
const guide = readFileSync(path.join(root, 'docs/steps.md'), 'utf8');
function snippets(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, 'gms'))].map(([, code = '']) => code);
}

test('the guide to jobs of many steps has snippets', () => {
  expect([snippets('ts').length, snippets('yaml').length]).toEqual([4, 1]);
});

test.each(snippets('yaml'))('a configuration of the guide can be used (%#)', (snippet) => {
  expect(check(config, parseYaml(snippet))).toMatchObject({ ok: true });
});
