import { expect, test } from 'vitest';
import { config } from './config.js';
import { check, parse } from './parse.js';

const all = ['run.waiting', 'question.escalated', 'run.ended'];

test('channels are read with their secrets as references, in every way to write one', () => {
  const value = {
    channels: [
      { name: 'log', type: 'console' },
      {
        name: 'ops',
        type: 'webhook',
        url: 'https://ops.example/hooks?v=2',
        secret: '${env:OPS_SECRET}',
        events: ['run.ended'],
      },
      { name: 'kept', type: 'webhook', urlEnv: 'KEPT_URL', secret: { $secret: 'file:kept' } },
      { name: 'team', type: 'slack', url: '${env:SLACK_URL}' },
    ],
    inbox: { url: 'https://inbox.example/people', host: '0.0.0.0', port: 7400 },
    reviewers: { ann: { groups: ['finance'] }, bob: null, portal: { service: true } },
  };
  expect(parse(config, value, 'the configuration')).toMatchObject({
    channels: [
      { name: 'log', type: 'console', events: all },
      {
        name: 'ops',
        url: 'https://ops.example/hooks?v=2',
        secret: { $secret: 'env:OPS_SECRET' },
        events: ['run.ended'],
      },
      { name: 'kept', url: { $secret: 'env:KEPT_URL' }, secret: { $secret: 'file:kept' }, events: all },
      { name: 'team', type: 'slack', url: { $secret: 'env:SLACK_URL' }, events: all },
    ],
    inbox: { url: 'https://inbox.example/people', host: '0.0.0.0', port: 7400 },
    reviewers: {
      ann: { groups: ['finance'], service: false },
      bob: { groups: [], service: false },
      portal: { groups: [], service: true },
    },
  });
});

test("the secret of an account's webhooks is a reference", () => {
  const accounts = {
    'anchor/a': { apiKeyEnv: 'A', webhookSecret: '${env:HOOK}' },
    'anchor/b': { apiKeyEnv: 'A', webhookSecretEnv: 'HOOK' },
  };
  const { accounts: read } = parse(config, { accounts }, 'the configuration');
  expect(read.map(({ webhookSecret }) => webhookSecret)).toEqual([{ $secret: 'env:HOOK' }, { $secret: 'env:HOOK' }]);
});

const channel = (entry: object) => ({ channels: [{ name: 'c', ...entry }] });
const webhook = (entry: object) =>
  channel({ type: 'webhook', url: 'https://ops.example', secret: '${env:S}', ...entry });
const account = (name: string, entry: object) => ({ accounts: { [name]: { apiKeyEnv: 'A', ...entry } } });

test.each<[string, object, string]>([
  ['a type that is none', channel({ type: 'slak' }), "channels[0].type: expected one of 'console', 'webhook', 'slack'"],
  ['no name', { channels: [{ type: 'console' }] }, 'channels[0].name: expected a text, got nothing'],
  ['a name with a space', channel({ name: 'a b', type: 'console' }), 'channels[0].name: expected 1 to 64 letters'],
  [
    'a name twice',
    {
      channels: [
        { name: 'c', type: 'console' },
        { name: 'c', type: 'console' },
      ],
    },
    'channels[1].name: expected a name of its own',
  ],
  ['an event that is none', channel({ type: 'console', events: ['run.end'] }), "(did you mean 'run.ended'?)"],
  ['no event', channel({ type: 'console', events: [] }), 'channels[0].events: expected a list of at least 1'],
  ['an unknown field', channel({ type: 'console', url: 'x' }), 'channels[0].url: unknown field'],
  [
    'a literal secret',
    webhook({ secret: 'whsec_hunter2' }),
    'channels[0].secret: expected a reference such as ${env:NAME}',
  ],
  ['no secret', webhook({ secret: undefined, secretEnv: undefined }), 'expected one of secret and secretEnv'],
  ['two secrets', webhook({ secretEnv: 'S' }), 'channels[0]: expected one of secret and secretEnv'],
  ['an address that is none', webhook({ url: 'ftp://hunter2' }), 'channels[0].url: expected an http or https address'],
  ['an address with a password', webhook({ url: 'https://a:hunter2@b' }), 'got a text ‹hidden›'],
  [
    'the address of a Slack channel in the file',
    channel({ type: 'slack', url: 'https://hooks.slack.com/services/hunter2' }),
    'channels[0].url: expected a reference such as ${env:NAME}, got a text ‹hidden›',
  ],
  ['no address', channel({ type: 'slack' }), 'channels[0]: expected one of url and urlEnv'],
  [
    'an inbox with a query',
    { inbox: { url: 'https://i.example/?a=b' } },
    'inbox.url: expected an http or https address',
  ],
  ['a port that is none', { inbox: { port: 0 } }, 'inbox.port: expected a number of at least 1'],
  ['a host that is none', { inbox: { host: 'http://x' } }, 'inbox.host: expected the name or address'],
  ['an unknown field of the inbox', { inbox: { adress: 'x' } }, 'inbox.adress: unknown field'],
  ['a reviewer with a space', { reviewers: { 'ann m': {} } }, 'reviewers["ann m"]: the name must be 1 to 64'],
  [
    'a group with the name of a reviewer',
    { reviewers: { ann: { groups: ['bob'] }, bob: {} } },
    'reviewers.ann.groups[0]: expected a group that has not the name of a reviewer',
  ],
  ['a reviewer with an unknown field', { reviewers: { ann: { group: 'x' } } }, "did you mean 'groups'?"],
  [
    'a literal webhook secret',
    account('anchor/default', { webhookSecret: 'hunter2' }),
    'accounts["anchor/default"].webhookSecret: expected a reference',
  ],
  [
    'two webhook secrets',
    account('anchor/default', { webhookSecret: '${env:A}', webhookSecretEnv: 'A' }),
    'expected only one of webhookSecret and webhookSecretEnv',
  ],
  [
    'a webhook secret of a provider without webhooks',
    account('browserbase/default', { webhookSecretEnv: 'A' }),
    'accounts["browserbase/default"].webhookSecretEnv: expected nothing here: only Anchor\'s accounts have webhooks',
  ],
])('%s in the configuration is refused', (_, value, message) => {
  const checked = check(config, value);
  const told = checked.ok ? [] : checked.problems.map(({ path, reason, hint }) => `${path}: ${reason} ${hint}`);
  expect(told.join('\n')).toContain(message);
  expect(told.join('\n')).not.toContain('hunter2');
});
