import { expect, test } from 'vitest';
import { PerdureError } from '../core/errors.js';
import { secret } from '../core/secret.js';
import { combinedSecrets, environmentSecrets, redactorFor, resolveSecrets, secretMissing } from './resolver.js';

const second = 1_000;
const environment = environmentSecrets({ PORTAL_PW: 'hunter22', EMPTY: '', PIN: '1234' });

test('a bare name and one with env: are read from the environment', async () => {
  const { value } = await resolveSecrets(
    { a: secret('PORTAL_PW'), b: [secret('env:PORTAL_PW')], c: 1 },
    environment,
    second,
  );
  expect(value).toEqual({ a: 'hunter22', b: ['hunter22'], c: 1 });
});

test('what was resolved is masked afterwards', async () => {
  const { redactor } = await resolveSecrets({ secret_values: { PW: secret('PORTAL_PW') } }, environment, second);
  expect(redactor.text('refused: hunter22')).toBe('refused: ‹secret PORTAL_PW›');
});

test('a reference goes to the vault with its prefix, without the prefix, and all others to the environment', async () => {
  const vault = { prefix: 'vault', resolve: (name: string) => `value of ${name}` };
  const resolver = combinedSecrets(environment, [vault]);
  const { value } = await resolveSecrets([secret('vault:team/pw'), secret('PORTAL_PW')], resolver, second);
  expect(value).toEqual(['value of team/pw', 'hunter22']);
});

test('a name is looked up once, however often it stands there', async () => {
  const asked: string[] = [];
  const resolver = { resolve: (name: string) => `value ${asked.push(name)}` };
  await resolveSecrets({ a: secret('A'), b: { c: [secret('A'), secret('B')] } }, resolver, second);
  expect(asked).toEqual(['A', 'B']);
});

test('a reference without a value is named with its place and the cure', async () => {
  await expect(resolveSecrets({ secret_values: [secret('EMPTY')] }, environment, second)).rejects.toMatchObject({
    code: 'secret-missing',
    message: "The secret 'EMPTY' (at secret_values[0]) does not resolve on this worker.",
    hint: 'Set the environment variable EMPTY where the worker runs, and restart it.',
  });
});

test('the cure for a missing secret follows its prefix', () => {
  const hint = (name: string) => secretMissing(name, name).hint;
  expect(hint('env:A')).toContain('environment variable A ');
  expect(hint('file:a/b')).toContain('file a/b ');
  expect(hint('vault:x')).toContain("vault 'vault'");
});

test('a value that is too short is refused by name, without the value', async () => {
  const error = await resolveSecrets(secret('PIN'), environment, second).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'secret-too-short' });
  expect(String(error)).toContain("'PIN'");
  expect(String(error)).not.toContain('1234');
});

test('a vault that fails is an outage that may be tried again, and its words are not passed on', async () => {
  const failing = { prefix: 'vault', resolve: () => Promise.reject(new TypeError('denied for hunter22')) };
  const error = await resolveSecrets(secret('vault:a'), combinedSecrets(environment, [failing]), second).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'secret-unavailable', retryable: true });
  expect(error instanceof PerdureError && `${error.message} ${error.hint}`).not.toContain('hunter22');
});

test('a vault that does not answer is an outage', async () => {
  const silent = { prefix: 'vault', resolve: () => new Promise<string>(() => undefined) };
  const resolver = combinedSecrets(environment, [silent]);
  await expect(resolveSecrets(secret('vault:a'), resolver, 5)).rejects.toMatchObject({
    code: 'secret-unavailable',
    message: "The secret 'vault:a' could not be looked up: the place where it is kept gave no answer within 5 ms.",
  });
  expect((await redactorFor(['vault:a'], resolver, 5)).missing).toEqual(['vault:a']);
});

test('a redactor can be made of names; while one has no usable value, which is named, it withholds all', async () => {
  const failing = { prefix: 'vault', resolve: () => Promise.reject(new TypeError('down')) };
  const names = ['PORTAL_PW', 'GONE', 'PIN', 'vault:a'];
  const resolver = combinedSecrets(environment, [failing]);
  const { redactor, missing } = await redactorFor(names, resolver, second);
  expect(missing.sort()).toEqual(['GONE', 'PIN', 'vault:a']);
  const why = redactor.text('anything');
  expect(why).toMatch(/^‹withheld, since secret .*GONE.* does not resolve›$/);
  expect(redactor.json({ key: 'hunter22', ok: true })).toBe(why);
  expect(redactor.json(['hunter22', 7, null, false])).toEqual([why, why, null, false]);
  const known = await redactorFor(['PORTAL_PW'], resolver, second);
  expect(known.redactor.text('hunter22')).toBe('‹secret PORTAL_PW›');
});
