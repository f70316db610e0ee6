import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const guides = readdirSync(path.join(root, 'docs')).filter((file) => file.endsWith('.md'));
const pages = ['README.md', ...guides.map((file) => `docs/${file}`)].map((page) => ({
  folder: path.dirname(path.join(root, page)),
  text: readFileSync(path.join(root, page), 'utf8'),
}));
const examples = readdirSync(path.join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(root, 'examples', file), 'utf8'));
const snippets = pages.flatMap(({ text }) => [...text.matchAll(/^```ts\n(.*?)\n```$/gms)].map(([, code = '']) => code));

test('the pages have snippets', () => {
  expect(snippets.length).toBeGreaterThanOrEqual(6);
});

test.each(snippets)('a snippet of a page stands in an example, line by line (%#)', (snippet) => {
  const holders = examples.filter((example) => `\n${example}`.includes(`\n${snippet}\n`));
  expect(holders, snippet).toHaveLength(1);
});

test('every relative link of the pages leads to a file or a folder', () => {
  const missing = pages.flatMap(({ folder, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map(([, target = '']) => path.join(folder, target))
      .filter((target) => !existsSync(target)),
  );
  expect(missing).toEqual([]);
});
