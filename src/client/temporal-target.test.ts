import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findTarget } from './connection.js';
import { loadSettings } from './settings.js';
import { embeddedTarget, externalTarget } from './temporal-target.js';

function emptyHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'perdure-target-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

/** The environment of a user whose `temporal.toml` says this. */
function envWith(toml: string): { HOME: string; file: string } {
  const home = emptyHome();
  const file = path.join(home, '.config', 'temporalio', 'temporal.toml');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, toml);
  return { HOME: home, file };
}

const profiles = `
[profile.default]
address = "one.example.com:7233"
namespace = "shop"

[profile.cloud]
address = "two.example.com:7233"
api_key = "the key"
`;

const invalid = (part: string) =>
  expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(part) });

test('without TEMPORAL_ADDRESS and without a file there is no external server', () => {
  expect(externalTarget({ HOME: emptyHome() })).toBeUndefined();
});

test('TEMPORAL_ADDRESS names the server, TEMPORAL_NAMESPACE its namespace; nothing is encrypted unasked', () => {
  const HOME = emptyHome();
  const target = externalTarget({ HOME, TEMPORAL_ADDRESS: 'a.example.com:7233', TEMPORAL_NAMESPACE: 'pay' });
  expect(target).toMatchObject({ kind: 'external', address: 'a.example.com:7233', namespace: 'pay' });
  expect(target?.from).toBe('TEMPORAL_ADDRESS');
  expect(target?.connection.tls).toBeFalsy();
  expect(externalTarget({ HOME, TEMPORAL_ADDRESS: 'a.example.com:7233' })?.namespace).toBe('default');
});

test('an API key switches TLS on', () => {
  const target = externalTarget({ HOME: emptyHome(), TEMPORAL_ADDRESS: 'a.example.com:7233', TEMPORAL_API_KEY: 'key' });
  expect(target?.connection).toMatchObject({ apiKey: 'key', tls: expect.anything() });
});

test('a profile of temporal.toml names the server; TEMPORAL_PROFILE chooses another', () => {
  const { file, ...env } = envWith(profiles);
  expect(externalTarget(env)).toMatchObject({ address: 'one.example.com:7233', namespace: 'shop', from: file });
  const cloud = externalTarget({ ...env, TEMPORAL_PROFILE: 'cloud' });
  expect(cloud).toMatchObject({ address: 'two.example.com:7233', namespace: 'default', from: file });
  expect(cloud?.connection).toMatchObject({ apiKey: 'the key', tls: expect.anything() });
});

test('variables outrank the file', () => {
  const { HOME } = envWith(profiles);
  const target = externalTarget({ HOME, TEMPORAL_ADDRESS: 'a.example.com:7233' });
  expect(target).toMatchObject({ address: 'a.example.com:7233', namespace: 'shop', from: 'TEMPORAL_ADDRESS' });
});

test('TEMPORAL_CONFIG_FILE and XDG_CONFIG_HOME say where the file is', () => {
  const { HOME, file } = envWith(profiles);
  const elsewhere = emptyHome();
  expect(externalTarget({ HOME: elsewhere, TEMPORAL_CONFIG_FILE: file })?.from).toBe(file);
  expect(externalTarget({ HOME: elsewhere, XDG_CONFIG_HOME: path.join(HOME, '.config') })?.from).toBe(file);
});

test.each([
  ['an empty file', ''],
  ['a file of white space', '\n  \n'],
  ['a file of comments', '# [profile.default]\n  # address = "one.example.com:7233"\n'],
])('%s names no server, and TEMPORAL_ADDRESS does beside it', (_, toml) => {
  const { file, ...env } = envWith(toml);
  expect(externalTarget(env)).toBeUndefined();
  expect(externalTarget({ ...env, TEMPORAL_ADDRESS: 'a.example.com:7233' })?.address).toBe('a.example.com:7233');
  expect(externalTarget({ ...env, TEMPORAL_CONFIG_FILE: file })).toBeUndefined();
});

test('a file without the default profile names no server', () => {
  const { HOME } = envWith('[profile.other]\naddress = "one.example.com:7233"\n');
  expect(externalTarget({ HOME })).toBeUndefined();
});

test('a broken file and a missing profile are errors that say where to look', () => {
  const { file, ...broken } = envWith('[profile.default\naddress = ');
  expect(() => externalTarget(broken)).toThrow(invalid("The Temporal settings can't be used"));
  expect(() => externalTarget(broken)).toThrow(
    expect.objectContaining({ hint: `Check the TEMPORAL_* variables and ${file}.` }),
  );
  const { HOME } = envWith(profiles);
  expect(() => externalTarget({ HOME, TEMPORAL_PROFILE: 'nowhere' })).toThrow(invalid('nowhere'));
});

test('a missing file that was named, and a profile without a file or an address, are errors', () => {
  const HOME = emptyHome();
  const file = path.join(HOME, 'nowhere.toml');
  expect(() => externalTarget({ HOME, TEMPORAL_CONFIG_FILE: file })).toThrow(invalid(file));
  expect(() => externalTarget({ HOME, TEMPORAL_PROFILE: 'cloud' })).toThrow(invalid('cloud'));
  const { file: _file, ...env } = envWith('[profile.cloud]\nnamespace = "shop"\n');
  expect(() => externalTarget({ ...env, TEMPORAL_PROFILE: 'cloud' })).toThrow(invalid("'cloud' names no address"));
});

test('the embedded server is found by the state in its home; a broken state is none', () => {
  const home = emptyHome();
  const file = path.join(home, 'server.json');
  expect(embeddedTarget(home)).toBeUndefined();
  writeFileSync(file, '{"address":"127.0.0.1:4711"}');
  expect(embeddedTarget(home)).toMatchObject({ kind: 'embedded', address: '127.0.0.1:4711', from: file });
  expect(embeddedTarget(home)).not.toHaveProperty('uiUrl');
  writeFileSync(file, '{"address":"127.0.0.1:4711","uiUrl":"http://127.0.0.1:8233"}');
  expect(embeddedTarget(home)).toMatchObject({ uiUrl: 'http://127.0.0.1:8233' });
  for (const broken of ['{"address":', '[]', 'null', '{"address":1}']) {
    writeFileSync(file, broken);
    expect(embeddedTarget(home)).toBeUndefined();
  }
});

test('what TEMPORAL_ADDRESS names goes before the embedded server; without both the error says how to start one', () => {
  const home = emptyHome();
  const settings = loadSettings({}, { home });
  expect(() => findTarget({ HOME: home }, settings)).toThrow(
    expect.objectContaining({ code: 'temporal-unreachable', hint: expect.stringContaining('npx perdure up') }),
  );
  writeFileSync(path.join(home, 'server.json'), '{"address":"127.0.0.1:4711"}');
  expect(findTarget({ HOME: home }, settings).kind).toBe('embedded');
  expect(findTarget({ HOME: home, TEMPORAL_ADDRESS: 'a.example.com:1' }, settings).kind).toBe('external');
});
