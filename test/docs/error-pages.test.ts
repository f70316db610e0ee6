import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tellFailure } from '../../src/cli/failure.js';
import { type ErrorCode, errorCodes, isErrorCode } from '../../src/core/error-codes.js';
import { PerdureError } from '../../src/core/errors.js';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/errors');
const { files: packed } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { files: string[] };
const codes = Object.keys(errorCodes).filter(isErrorCode);
const pages = readdirSync(folder);

/** The sections of a page by their titles, in the page's order; the first has the title of the page. */
function sectionsOf(code: ErrorCode): [title: string, text: string][] {
  const parts = readFileSync(path.join(folder, `${code}.md`), 'utf8').split(/^#+ /m);
  return parts.slice(1).map((part) => {
    const [title = '', ...lines] = part.split('\n');
    return [title, lines.join('\n').trim()];
  });
}

test('every error code has its page, and every page its code', () => {
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

test.each(codes)('what the command line prints of %s leads to its page, which the package brings', (code) => {
  let said = '';
  const stream = { write: (text: string) => void (said += text) };
  tellFailure({ stdout: stream, stderr: stream, env: {} }, new PerdureError({ code, message: 'No.' }), false);
  const [, page = ''] = said.match(/\((\S+\.md)\)/) ?? [];
  expect(readFileSync(path.join(root, page), 'utf8')).toMatch(new RegExp(`^# ${code}\n`));
  expect(packed).toContain('docs');
});

test.each(codes)('the page of %s has the fixed shape, with nothing left empty', (code) => {
  const [[title] = [], ...sections] = sectionsOf(code);
  expect(title).toBe(code);
  expect(sections.map(([name]) => name)).toEqual(['What happened', 'Why', 'What to do', 'May I repeat it?', 'Related']);
  expect(sections.filter(([, text]) => text === '')).toEqual([]);
});

test.each(codes)('the page of %s says the same about repeating as the table', (code) => {
  const answer = new Map(sectionsOf(code)).get('May I repeat it?');
  expect(answer).toMatch(errorCodes[code].retryable ? /^Yes\b/ : /^No\b/);
});

test.each(codes)('the page of %s leads to pages of other codes', (code) => {
  const related = new Map(sectionsOf(code)).get('Related') ?? '';
  const targets = [...related.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
  expect(targets.length).toBeGreaterThan(0);
  for (const [, text, target] of targets) {
    expect(target).toBe(`${text}.md`);
    expect(pages).toContain(target);
    expect(text).not.toBe(code);
  }
});
