import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseKeys } from './key-ring.js';
import { type CodecOptions, EncryptingCodec } from './payload-codec.js';

const one = `one:${randomBytes(32).toString('base64')}`;
const two = `two:${randomBytes(32).toString('base64')}`;
const codec = (keys: string, options?: CodecOptions) => new EncryptingCodec(parseKeys(keys, 'KEYS'), options);
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const valueOf = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload ?? {});
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

test('whatever is encrypted comes back the same, in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ depthSize: 'small' })), async (values) => {
      const encrypted = await codec(one).encode(values.map(payloadOf));
      const decrypted = await codec(one).decode(encrypted);
      expect(decrypted.map(valueOf)).toEqual(JSON.parse(JSON.stringify(values)));
    }),
    { numRuns: 50 },
  );
});

test('bytes, absent values and metadata of other converters come back the same', async () => {
  const given: Payload[] = [
    payloadOf(new Uint8Array([0, 255, 7])),
    payloadOf(undefined),
    { metadata: { encoding: Buffer.from('json/protobuf'), messageType: Buffer.from('a.B') }, data: Buffer.from('{}') },
  ];
  const [bytes, absent, other] = await codec(one).decode(await codec(one).encode(given));
  expect(valueOf(bytes)).toEqual(new Uint8Array([0, 255, 7]));
  expect(valueOf(absent)).toBeUndefined();
  expect(textOf(other?.metadata?.messageType)).toBe('a.B');
  expect(await codec(one).encode([])).toEqual([]);
});

test('what Temporal sees is the encoding, the id of the key, and bytes that differ each time', async () => {
  const [first, second] = await codec(one).encode([payloadOf('hunter22'), payloadOf('hunter22')]);
  expect(Object.keys(first?.metadata ?? {}).sort()).toEqual(['encoding', 'encryption-key-id']);
  expect(textOf(first?.metadata?.encoding)).toBe('binary/encrypted');
  expect(textOf(first?.metadata?.['encryption-key-id'])).toBe('one');
  expect(Buffer.from(first?.data ?? []).equals(Buffer.from(second?.data ?? []))).toBe(false);
  expect(Buffer.from(first?.data ?? []).toString('latin1')).not.toContain('hunter22');
});

test('after a rotation the new key encrypts and the old one still decrypts', async () => {
  const before = await codec(one).encode([payloadOf('text')]);
  const rotated = codec(`${two},${one}`);
  expect((await rotated.decode(before)).map(valueOf)).toEqual(['text']);
  const [after] = await rotated.encode([payloadOf('text')]);
  expect(textOf(after?.metadata?.['encryption-key-id'])).toBe('two');
});

test('a key that is gone is refused by its id, with the cure, and the payload stays as it is', async () => {
  const [payload] = await codec(one).encode([payloadOf('text')]);
  const copy = structuredClone(payload);
  await expect(codec(two).decode([payload ?? {}])).rejects.toMatchObject({
    code: 'codec-key-missing',
    message: "A payload is encrypted with the key 'one'; this process has two.",
    hint: "Put 'one:<key>' back at the end of PERDURE_CODEC_KEYS and restart; nothing is lost.",
  });
  expect(structuredClone(payload)).toEqual(copy);
});

test('an altered payload is refused, at whichever byte', async () => {
  const [payload] = await codec(one).encode([payloadOf('text')]);
  const data = Buffer.from(payload?.data ?? []);
  for (let at = 0; at < data.length; at += 1) {
    const altered = Buffer.from(data);
    altered[at] = (altered[at] ?? 0) ^ 1;
    await expect(codec(one).decode([{ ...payload, data: altered }])).rejects.toMatchObject({ code: 'codec-broken' });
  }
  for (const cut of [data.subarray(0, -1), data.subarray(0, 20), Buffer.alloc(0)]) {
    await expect(codec(one).decode([{ ...payload, data: cut }])).rejects.toMatchObject({ code: 'codec-broken' });
  }
});

test('a payload that says to be of another key is refused, though both are known and one is a copy', async () => {
  const copy = `copy:${one.slice(4)}`;
  const [payload] = await codec(one).encode([payloadOf('text')]);
  const relabelled = { ...payload, metadata: { ...payload?.metadata, 'encryption-key-id': Buffer.from('copy') } };
  await expect(codec(`${one},${copy}`).decode([relabelled])).rejects.toMatchObject({ code: 'codec-broken' });
});

test('a payload without key id or data is refused', async () => {
  const [payload] = await codec(one).encode([payloadOf('text')]);
  const nameless = { ...payload, metadata: { encoding: Buffer.from('binary/encrypted') } };
  await expect(codec(one).decode([nameless])).rejects.toMatchObject({ code: 'codec-broken' });
  await expect(codec(one).decode([{ metadata: payload?.metadata }])).rejects.toMatchObject({ code: 'codec-broken' });
});

test('what is not encrypted is taken as it is, and refused when strict', async () => {
  const plain = payloadOf('plain');
  expect(await codec(one).decode([plain])).toEqual([plain]);
  await expect(codec(one, { strict: true }).decode([plain])).rejects.toMatchObject({
    code: 'codec-plaintext',
    message: 'A payload is not encrypted (its encoding is json/plain), and this process takes no other.',
  });
  await expect(codec(one, { strict: true }).decode([{}])).rejects.toMatchObject({ code: 'codec-plaintext' });
  const encrypted = await codec(one).encode([plain]);
  expect((await codec(one, { strict: true }).decode(encrypted)).map(valueOf)).toEqual(['plain']);
});

test('nothing of the keys shows when a codec is printed', () => {
  const printed = codec(`${one},${two}`);
  const shown = `${JSON.stringify(printed)} ${inspect(printed, { showHidden: true, depth: 9 })}`;
  for (const entry of [one, two]) {
    const bytes = Buffer.from(entry.slice(4), 'base64');
    for (const form of [entry.slice(4), bytes.toString('hex'), inspect(bytes)]) expect(shown).not.toContain(form);
  }
});
