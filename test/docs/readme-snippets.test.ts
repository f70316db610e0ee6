import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const examples = readdirSync(path.join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(root, 'examples', file), 'utf8'));
const guides = readdirSync(path.join(root, 'docs')).filter((file) => file.endsWith('.md'));
const snippetsOf = (text: string) => [...text.matchAll(/^```ts\n(.*?)\n```$/gms)].map(([, code = '']) => code);
const snippets = snippetsOf(readme);
const ofGuides = guides.flatMap((file) =>
  snippetsOf(readFileSync(path.join(root, 'docs', file), 'utf8')).map((snippet) => ({ file, snippet })),
);

test('the README has snippets', () => {
  expect(snippets.length).toBeGreaterThanOrEqual(3);
});

test.each(snippets)('a snippet of the README stands in an example, line by line (%#)', (snippet) => {
  const holders = examples.filter((example) => `\n${example}`.includes(`\n${snippet}\n`));
  expect(holders, snippet).toHaveLength(1);
});

test.each(ofGuides)('a snippet of docs/$file stands in an example, line by line (%#)', ({ snippet }) => {
  const holders = examples.filter((example) => `\n${example}`.includes(`\n${snippet}\n`));
  expect(holders, snippet).toHaveLength(1);
});

test('every relative link of the README leads to a file or a folder', () => {
  const targets = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !existsSync(path.join(root, target)))).toEqual([]);
});
