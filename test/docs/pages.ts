import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** A page that users read. */
export interface Page {
  /** Its path from the root. */
  name: string;
  text: string;
}

/** A fenced block of a page. */
export interface Block {
  /** `<page>:<line>`, of the fence. */
  place: string;
  language: string;
  text: string;
}

const guides = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => path.join('docs', file));

/** The README and every page of the documentation. */
export const pages: readonly Page[] = ['README.md', ...guides.toSorted()].map((name) => ({
  name,
  text: readFileSync(path.join(root, name), 'utf8'),
}));

/** Every fenced block of every page. */
export const blocks: readonly Block[] = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```(.*)\n([^]*?)\n```$/gm)].map(({ index, 1: language = '', 2: block = '' }) => ({
    place: `${name}:${text.slice(0, index).split('\n').length}`,
    language,
    text: block,
  })),
);

/** Those of one language. */
export function blocksOf(language: string): Block[] {
  return blocks.filter((block) => block.language === language);
}

/** What stands between backticks in the text of the pages, outside of fenced blocks. */
export const spans: readonly Block[] = pages.flatMap(({ name, text }) =>
  text.split('\n').flatMap((line, at) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, span = '']) => ({
      place: `${name}:${at + 1}`,
      language: '',
      text: span,
    })),
  ),
);
