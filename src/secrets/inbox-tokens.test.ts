import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseTokens } from './inbox-tokens.js';

const ann = 'ann-token-0123456';
const portal = 'portal:token=0123456';
const parse = (text: string) => parseTokens(text, 'PERDURE_INBOX_TOKENS');

test('each token is that of its name, and may have colons', () => {
  const tokens = parse(`ann:${ann}, portal:${portal}\n`);
  expect(tokens.names).toEqual(['ann', 'portal']);
  expect(tokens.reveal()).toEqual([
    { name: 'ann', token: ann },
    { name: 'portal', token: portal },
  ]);
});

test.each([
  ['', 'has no token'],
  [' , ', 'has no token'],
  [ann, 'entry 1 of PERDURE_INBOX_TOKENS is not of the form name:token'],
  [`:${ann}`, 'the name in entry 1'],
  [`a/b:${ann}`, 'the name in entry 1'],
  [`ann:${ann},bob:0123456789abcde`, "the token of 'bob' in entry 2 of PERDURE_INBOX_TOKENS has not 16"],
  ['ann:0123456789abcdé0', "the token of 'ann'"],
  [`ann:${ann},ann:${portal}`, "the name 'ann' twice"],
  [`ann:${ann},bob:${ann}`, "'ann' and 'bob' have the same token"],
])('the list %j is refused, and no token is shown', (text, problem) => {
  let told = '';
  try {
    parse(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'config-invalid' });
    told = inspect(error);
  }
  expect(told).toContain(problem);
  for (const token of [ann, portal, '0123456789abc']) expect(told).not.toContain(token);
});

test('nothing of a token shows when the list is printed', () => {
  const tokens = parse(`ann:${ann}`);
  expect(JSON.stringify(tokens)).toBe('{"names":["ann"]}');
  expect(inspect(tokens, { showHidden: true, depth: 9 })).not.toContain(ann);
});
