import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EncryptingCodec } from '../secrets/payload-codec.js';
import { dataConverterOf } from './secret-settings.js';
import { type Env, loadSettings } from './settings.js';

const one = randomBytes(32).toString('base64');
const two = randomBytes(32).toString('base64');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

const settingsWith = (env: Env) => loadSettings(env, {}, folder);

test('without anything said, secrets in files are those of the container, and nothing is encrypted', () => {
  const settings = settingsWith({});
  expect(settings.secretsFolder).toEqual({ value: '/run/secrets', source: 'default' });
  expect(settings.sealKeys).toEqual({ value: undefined, source: 'default' });
  expect(settings.codecKeys).toEqual({ value: undefined, source: 'default' });
  expect(dataConverterOf(settings)).toBeUndefined();
});

test('the folder of secrets is taken from the working folder on', () => {
  expect(settingsWith({ PERDURE_SECRETS_FOLDER: 'here' }).secretsFolder).toEqual({
    value: path.join(folder, 'here'),
    source: 'environment',
    from: 'PERDURE_SECRETS_FOLDER',
  });
});

test('with codec keys the data converter encrypts with the newest', async () => {
  const converter = dataConverterOf(settingsWith({ PERDURE_CODEC_KEYS: `new:${one},old:${two}` }));
  const [codec] = converter?.payloadCodecs ?? [];
  expect(codec).toBeInstanceOf(EncryptingCodec);
  const [payload] = (await codec?.encode([{ data: Buffer.from('x') }])) ?? [];
  expect(Buffer.from(payload?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('new');
  const plain = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('1') };
  expect(await codec?.decode([plain])).toEqual([plain]);
});

test('a strict codec refuses what is plain', async () => {
  const env = { PERDURE_CODEC_KEYS: `new:${one}`, PERDURE_CODEC_STRICT: 'true' };
  const [codec] = dataConverterOf(settingsWith(env))?.payloadCodecs ?? [];
  await expect(codec?.decode([{ data: Buffer.from('1') }])).rejects.toMatchObject({ code: 'codec-plaintext' });
});

test.each([
  [{ PERDURE_SEAL_KEYS: one }, 'Of the encryption keys, entry 1 of PERDURE_SEAL_KEYS is not of the form id:base64.'],
  [
    { PERDURE_CODEC_KEYS: `a:${one.slice(8)}` },
    "Of the encryption keys, the key 'a' in entry 1 of PERDURE_CODEC_KEYS is not 32 bytes in base64.",
  ],
  [{ PERDURE_CODEC_STRICT: 'maybe' }, "PERDURE_CODEC_STRICT is 'maybe'; expected true or false."],
  [
    { PERDURE_CODEC_STRICT: '1' },
    'PERDURE_CODEC_STRICT is on, but PERDURE_CODEC_KEYS is not set, so that nothing would be encrypted.',
  ],
])('a setting that does not fit is refused by its variable: %#', (env, message) => {
  expect(() => settingsWith(env)).toThrow(expect.objectContaining({ code: 'config-invalid', message }));
});

test('no key shows when settings are printed', () => {
  const settings = settingsWith({ PERDURE_SEAL_KEYS: `s:${one}`, PERDURE_CODEC_KEYS: `c:${two}` });
  const shown = [JSON.stringify(settings), inspect(settings, { showHidden: true, depth: 9 })].join();
  for (const key of [one, two]) {
    expect(shown).not.toContain(key.slice(0, 12));
    expect(shown).not.toContain(Buffer.from(key, 'base64').toString('hex'));
  }
});
