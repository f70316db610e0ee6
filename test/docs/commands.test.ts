import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandsOf, refusalOf, refusalOfNpm, refusalOfPerdure, unknownInMention } from './commands.js';
import { blocksOf, pages, root, spans } from './pages.js';

const shell = blocksOf('sh');
const lines = shell.flatMap(({ place, text }) => commandsOf(text).map((line) => ({ place, ...line })));

test('the pages have command lines of Perdure', () => {
  expect(lines.filter(({ words }) => words.includes('perdure')).length).toBeGreaterThan(15);
});

test.each(shell)('the commands of $place can be read by a shell', ({ text }) => {
  const { stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  expect(stderr).toBe('');
});

test.each(lines)('$place: $text', async (line) => {
  expect(await refusalOf(line)).toBeUndefined();
});

test('what a page would get wrong is seen: a command, a flag, a value, what is required, a script', async () => {
  expect(await refusalOfPerdure(['strat'])).toContain("unknown command 'strat'");
  expect(await refusalOfPerdure(['ls', '--limits', '3'])).toContain("unknown option '--limits'");
  expect(await refusalOfPerdure(['ls', '--limit', 'x'])).toContain('It must be a whole number');
  expect(await refusalOfPerdure(['run', 'anchor.webTask'])).toContain("required option '--key <key>'");
  expect(refusalOfNpm(['run', 'fault'])).toBe('no script fault');
  expect(refusalOfNpm(['run', 'faults', '--', '--seed', '3'])).toContain('--seed');
  expect(unknownInMention(['strat'])).toBe('no command strat');
  expect(unknownInMention(['plan', 'show', '<key>', '--wath'])).toBe('no option --wath of show');
});

const mentions = spans.flatMap(({ place, text }) => {
  const [, args] = text.match(/^(?:[A-Z_]+=(?:'[^']*'|\S+) )?(?:npx )?perdure ([a-z-].*)$/) ?? [];
  return args === undefined ? [] : [{ place, text, words: commandsOf(args)[0]?.words ?? [] }];
});

test('every command of Perdure that the text of a page mentions exists, with its flags', () => {
  expect(mentions.length).toBeGreaterThan(60);
  const wrong = mentions.flatMap(({ place, text, words }) => {
    const unknown = unknownInMention(words);
    return unknown === undefined ? [] : [`${place}: ${text}: ${unknown}`];
  });
  expect(wrong).toEqual([]);
});

test('every script that the text of a page mentions exists, and takes what it is given', () => {
  const wrong = spans.flatMap(({ place, text }) => {
    if (!/^npm (run|test)\b/.test(text)) return [];
    const refusal = refusalOfNpm((commandsOf(text)[0]?.words ?? []).slice(1));
    return refusal === undefined ? [] : [`${place}: ${text}: ${refusal}`];
  });
  expect(wrong).toEqual([]);
});

/** The sources that Perdure is made of, in one text. */
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
  .join('\n');

test('every variable of Perdure that a page names is read, and every one that is read stands in a page', () => {
  const namesIn = (text: string) => new Set(text.match(/\bPERDURE_[A-Z_]*[A-Z]\b/g));
  expect([...namesIn(pages.map(({ text }) => text).join('\n'))].toSorted()).toEqual([...namesIn(sources)].toSorted());
});
