import { expect, test } from 'vitest';
import { answerOptions } from './answer.js';
import { config } from './config.js';
import { check, parse } from './parse.js';

test('accounts are read with their keys as references, in every way to write one', () => {
  const value = {
    accounts: {
      'anchor/default': { apiKey: '${env:ANCHOR_KEY}' },
      'browserbase/eu': { provider: 'browserbase', apiKeyEnv: 'BB_EU', baseUrl: 'http://127.0.0.1:4010/browserbase' },
    },
    taskQueue: 'perdure-eu',
    deployment: 'eu1',
  };
  expect(parse(config, value, 'the configuration')).toEqual({
    accounts: [
      { name: 'anchor/default', provider: 'anchor', apiKey: { $secret: 'env:ANCHOR_KEY' } },
      {
        name: 'browserbase/eu',
        provider: 'browserbase',
        apiKey: { $secret: 'env:BB_EU' },
        baseUrl: 'http://127.0.0.1:4010/browserbase',
      },
    ],
    taskQueue: 'perdure-eu',
    deployment: 'eu1',
  });
});

test('an empty configuration has no accounts', () => {
  expect(parse(config, {}, 'the configuration')).toEqual({ accounts: [] });
});

const account = (entry: object) => ({ accounts: { 'anchor/default': entry } });

test.each<[string, object, string]>([
  [
    'a literal key',
    account({ apiKey: 'sk-hunter2' }),
    'accounts["anchor/default"].apiKey: expected a reference such as ${env:NAME}, got a text ‹hidden›',
  ],
  ['an account without key', account({}), 'accounts["anchor/default"]: expected one of apiKey and apiKeyEnv'],
  ['two keys', account({ apiKey: '${env:A}', apiKeyEnv: 'A' }), 'expected one of apiKey and apiKeyEnv'],
  ['another provider', account({ provider: 'browserbase', apiKeyEnv: 'A' }), '.provider: expected the provider that'],
  [
    'a name without provider',
    { accounts: { default: { apiKeyEnv: 'A' } } },
    'accounts.default: the name must be an account name',
  ],
  [
    'a server with a password',
    account({ apiKeyEnv: 'A', baseUrl: 'http://a:hunter2@b/' }),
    '.baseUrl: expected an http or https address',
  ],
  [
    'a server that is none',
    account({ apiKeyEnv: 'A', baseUrl: 'ftp://b/' }),
    '.baseUrl: expected an http or https address',
  ],
  ['an unknown field', { acounts: {} }, "acounts: unknown field; did you mean 'accounts'?"],
])('%s in the configuration is refused', (_, value, message) => {
  const checked = check(config, value);
  const told = checked.ok ? [] : checked.problems.map(({ path, reason }) => `${path}: ${reason}`);
  expect(told.join('\n')).toContain(message);
  expect(told.join('\n')).not.toContain('hunter2');
});

test('the error of a configuration has its own code', () => {
  expect(() => parse(config, [], 'the configuration', 'config-invalid')).toThrow(
    expect.objectContaining({ code: 'config-invalid' }),
  );
});

test('an answer names its question and who gave it', () => {
  const given = { questionId: 'perdure:run:k~q1', answer: { code: '1' }, by: 'Ann Müller' };
  expect(parse(answerOptions, given, 'the answer')).toEqual({ ...given, channel: 'client' });
});

test.each<[object, string]>([
  [{ questionId: 'q1' }, 'questionId'],
  [{ answer: undefined }, 'answer'],
  [{ answer: { at: new Date(0) } }, 'answer.at'],
  [{ by: '' }, 'by'],
  [{ by: 'a\nb' }, 'by'],
  [{ decisionId: 'a b' }, 'decisionId'],
])('an answer with %j is refused', (more, path) => {
  const checked = check(answerOptions, { questionId: 'perdure:run:k~q1', answer: true, by: 'ann', ...more });
  expect(checked.ok ? [] : checked.problems.map((problem) => problem.path)).toEqual([path]);
});
