import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inboxAddress } from './people-settings.js';
import { loadSettings } from './settings.js';

let folder = '';
const settingsOf = async (text: string, env = {}) => {
  await writeFile(path.join(folder, 'perdure.config.yaml'), text);
  return loadSettings(env, {}, folder);
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('without anything said nobody is told, and the inbox is found on this machine', async () => {
  const { channels, inbox, reviewers, inboxTokens } = await settingsOf('');
  expect(channels).toEqual({ value: [], source: 'default' });
  expect(reviewers).toEqual({ value: {}, source: 'default' });
  expect(inboxTokens).toEqual({ value: undefined, source: 'default' });
  expect(inbox).toEqual({
    url: { value: 'http://127.0.0.1:7300', source: 'default' },
    host: { value: '127.0.0.1', source: 'default' },
    port: { value: 7300, source: 'default' },
  });
});

test('channels, inbox and reviewers come from the file, each with the file as its source', async () => {
  const text = `
channels:
  - name: ops
    type: webhook
    url: \${env:OPS_URL}
    secret: \${env:OPS_SECRET}
inbox: { url: https://inbox.example/, port: 7400 }
reviewers:
  ann:
`;
  const { channels, inbox, reviewers } = await settingsOf(text);
  const from = { source: 'file', from: path.join(folder, 'perdure.config.yaml') };
  const url = { $secret: 'env:OPS_URL' };
  expect(channels).toMatchObject({ ...from, value: [{ name: 'ops', url, secret: { $secret: 'env:OPS_SECRET' } }] });
  expect(inbox).toMatchObject({ url: { ...from, value: 'https://inbox.example' }, port: { ...from, value: 7400 } });
  expect(reviewers).toEqual({ ...from, value: { ann: { groups: [], service: false } } });
});

test.each([
  ['127.0.0.1', 7300, 'http://127.0.0.1:7300'],
  ['0.0.0.0', 1, 'http://127.0.0.1:1'],
  ['::', 1, 'http://127.0.0.1:1'],
  ['::1', 1, 'http://[::1]:1'],
  ['inbox.local', 80, 'http://inbox.local:80'],
])('an inbox that listens at %s, port %i, is found at %s', (host, port, address) => {
  expect(inboxAddress(host, port)).toBe(address);
});

test('tokens come from the environment alone, and one that is too short is refused by its name', async () => {
  const { inboxTokens } = await settingsOf('', { PERDURE_INBOX_TOKENS: 'ann:0123456789abcdef' });
  expect(inboxTokens).toMatchObject({ source: 'environment', from: 'PERDURE_INBOX_TOKENS' });
  expect(inboxTokens.value?.reveal()).toEqual([{ name: 'ann', token: '0123456789abcdef' }]);
  await expect(settingsOf('', { PERDURE_INBOX_TOKENS: 'ann:short-one' })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.not.stringContaining('short-one'),
  });
});

test("the webhook secret of Anchor's default account comes from the environment, or else from the file", async () => {
  const text = 'accounts: { anchor/default: { apiKeyEnv: A, webhookSecretEnv: FILED } }';
  const secretOf = async (env: object) => (await settingsOf(text, env)).accounts[0]?.webhookSecret?.$secret;
  expect(await secretOf({})).toBe('env:FILED');
  expect(await secretOf({ ANCHORBROWSER_API_KEY: 'k' })).toBe('env:FILED');
  expect(await secretOf({ ANCHORBROWSER_WEBHOOK_SECRET: 's' })).toBe('env:ANCHORBROWSER_WEBHOOK_SECRET');
});

test('a reference within braces is refused with the cure', async () => {
  await expect(settingsOf('channels: [{ name: a, type: slack, url: ${env:A} }]')).rejects.toMatchObject({
    code: 'config-invalid',
    hint: expect.stringContaining('"${env:NAME}"'),
  });
});
