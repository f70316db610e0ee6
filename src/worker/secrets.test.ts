import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSettings } from '../client/settings.js';
import { accountLookup } from './accounts.js';
import { workerSecrets } from './secrets.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perdure-worker-secrets-'));
  await writeFile(path.join(folder, 'portal'), 'from-file\n');
});
afterAll(() => rm(folder, { recursive: true }));

const env = () => ({ PERDURE_SECRETS_FOLDER: folder, PORTAL: 'from-environment' });
const settings = () => loadSettings(env(), {}, folder);
const vault = { prefix: 'vault', resolve: (name: string) => `from-vault-${name}` };
const own = { resolve: (name: string) => `own-${name}` };

test('a worker looks secrets up in its environment, its folder and its vaults', async () => {
  const secrets = workerSecrets({ vaults: [vault] }, env(), settings());
  const found = await Promise.all(
    ['PORTAL', 'env:PORTAL', 'file:portal', 'vault:a'].map((name) => secrets.resolve(name)),
  );
  expect(found).toEqual(['from-environment', 'from-environment', 'from-file', 'from-vault-a']);
});

test("a worker's own resolver replaces environment and files, beside the vaults", async () => {
  const secrets = workerSecrets({ secrets: own, vaults: [vault] }, env(), settings());
  const found = await Promise.all(['PORTAL', 'file:portal', 'vault:a'].map((name) => secrets.resolve(name)));
  expect(found).toEqual(['own-PORTAL', 'own-file:portal', 'from-vault-a']);
});

test('the API key of an account may be in a file, and a vault that fails is an outage', async () => {
  const accounts = {
    'anchor/a': { apiKey: { $secret: 'file:portal' } },
    'anchor/b': { apiKey: { $secret: 'down:key' } },
    'anchor/c': { apiKey: { $secret: 'file:nothing' } },
  };
  const down = { prefix: 'down', resolve: () => Promise.reject(new TypeError('no')) };
  const lookup = accountLookup([], workerSecrets({ vaults: [down] }, env(), settings()), accounts);
  expect(await lookup('anchor/a')).toMatchObject({ apiKey: 'from-file' });
  await expect(lookup('anchor/b')).rejects.toMatchObject({ code: 'secret-unavailable' });
  await expect(lookup('anchor/c')).rejects.toMatchObject({
    code: 'secret-missing',
    message: "The API key of the account 'anchor/c' (file:nothing) does not resolve on this worker.",
    hint: "Put the value into the file nothing in the worker's folder of secrets.",
  });
});
