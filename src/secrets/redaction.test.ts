import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NamedSecret, Redactor } from './redaction.js';

const mask = (value: string, name = 'PW') => new Redactor([{ name, value }]);

const value = fc.oneof(
  fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' }),
  fc.string({ minLength: 6, maxLength: 40, unit: 'binary' }),
  fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'ab"\\/%+ \n&<\'›‹') }),
);
const maskable = value.filter((text) => text.trim() !== '' && Array.from(text).length >= 6);
const text = fc.string({ maxLength: 60, unit: 'grapheme' });

/** What other programs make of a value, each by its own means. */
function variants(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const wellFormed = bytes.toString();
  const form = new URLSearchParams({ '': wellFormed }).toString().slice(1);
  const percent = encodeURIComponent(wellFormed);
  const hex = bytes.toString('hex');
  const strict = percent.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const base64 = bytes.toString('base64');
  const url = bytes.toString('base64url');
  return [
    secret,
    wellFormed,
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    strict,
    form,
    hex,
    hex.toUpperCase(),
    base64,
    base64.replace(/=+$/, ''),
    url,
    url.padEnd(base64.length, '='),
  ];
}

test('no variant of a value survives in a text', () => {
  fc.assert(
    fc.property(maskable, text, text, (secret, before, after) => {
      const redactor = mask(secret);
      for (const variant of variants(secret)) {
        const masked = redactor.text(`${before}${variant}${after}`);
        expect(variants(secret).filter((other) => masked.includes(other))).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});

test('base64 of a longer text is masked wherever the value begins and ends in it', () => {
  fc.assert(
    fc.property(maskable, fc.uint8Array({ maxLength: 7 }), fc.uint8Array({ maxLength: 7 }), (secret, before, after) => {
      const whole = Buffer.concat([before, Buffer.from(secret), after]);
      for (const encoding of ['base64', 'base64url'] as const) {
        const masked = mask(secret).text(`token ${whole.toString(encoding)} end`);
        const rest = Buffer.from(masked.replace(/^token | end$/g, '').split(/[^A-Za-z0-9+/_=-]/)[0] ?? '', encoding);
        expect(masked).not.toBe(`token ${whole.toString(encoding)} end`);
        // No byte of the value is left in what stands before the mask.
        expect(rest.length).toBeLessThanOrEqual(before.length);
      }
    }),
    { numRuns: 150 },
  );
});

test('a text without values is unchanged', () => {
  fc.assert(
    fc.property(maskable, text, (secret, given) => {
      fc.pre(!variants(secret).some((variant) => given.includes(variant)) && !given.endsWith('…'));
      expect(mask(secret).text(given)).toBe(given);
      expect(mask(secret).json({ given, list: [given, 7, null, true] })).toEqual({
        given,
        list: [given, 7, null, true],
      });
    }),
  );
});

test('masking twice is masking once', () => {
  fc.assert(
    fc.property(fc.array(maskable, { minLength: 1, maxLength: 3 }), fc.array(text), (secrets, texts) => {
      const redactor = new Redactor(secrets.map((secret, index) => ({ name: `S${index}`, value: secret })));
      const given = [...texts, ...secrets, ...secrets.flatMap(variants)].join('');
      const once = redactor.text(given);
      expect(redactor.text(once)).toBe(once);
    }),
    { numRuns: 100 },
  );
});

test('the mask names the secret', () => {
  expect(mask('hunter22').text('login as ann with hunter22.')).toBe('login as ann with ‹secret PW›.');
});

test('of values that hold one another, the longer is masked whole', () => {
  const redactor = new Redactor([
    { name: 'SHORT', value: 'secret' },
    { name: 'LONG', value: 'my-secret-1234' },
  ]);
  expect(redactor.text('a my-secret-1234 b')).toBe('a ‹•› b');
});

test('of values that overlap in a text, nothing is left', () => {
  const redactor = new Redactor([
    { name: 'A', value: 'abcdefgh' },
    { name: 'B', value: 'efghijkl' },
  ]);
  expect(redactor.text('-abcdefghijkl-')).toBe('-‹secret A›-');
});

test('a value that is part of the label does not come back by it', () => {
  expect(mask('secret').text('the secret')).toBe('the ‹•›');
  expect(mask('PORTAL_PW', 'PORTAL_PW').text('PORTAL_PW')).toBe('‹•›');
});

test('keys, texts and numbers of a JSON value are masked, and keys stay apart', () => {
  const redactor = mask('4839201');
  const given = { '4839201': 'pin 4839201', '34383339323031': { code: 4839201, other: 483920 }, list: ['4839201'] };
  expect(redactor.json(given)).toEqual({
    '‹secret PW›': 'pin ‹secret PW›',
    '‹secret PW› (2)': { code: '‹secret PW›', other: 483920 },
    list: ['‹secret PW›'],
  });
});

test('a JSON value without a secret comes back as it is, and so does an absent one', () => {
  const given = { total: 12, lines: ['a', 'b'] };
  expect(mask('hunter22').json(given)).toBe(given);
  expect(mask('hunter22').json(undefined)).toBeUndefined();
  expect(new Redactor([]).json(given)).toBe(given);
});

test('a value that a message was cut in is masked from its fourth character on', () => {
  expect(mask('hunter22-and-more').text('the password is hunter22-an…')).toBe('the password is ‹secret PW›…');
  expect(mask('hunter22-and-more').text('we hunt…')).toBe('we ‹secret PW›…');
  expect(mask('hunter22-and-more').text('we hunted…')).toBe('we hunted…');
});

test('a value is found in the one line that messages make of it', () => {
  expect(mask('line one\n  line two\n').text('said: line one line two!')).toBe('said: ‹secret PW›!');
});

test('values of less than six characters and of space alone are refused by name, without the value', () => {
  for (const short of ['', 'abcde', '       ']) {
    const attempt = () => mask(short, 'vault:pin');
    expect(attempt).toThrow(expect.objectContaining({ code: 'secret-too-short' }));
    expect(attempt).toThrow(
      /^The secret 'vault:pin' has less than 6 characters: masking it would ruin every result\.$/,
    );
  }
});

test('nothing of the values shows when a redactor is printed', () => {
  const secrets: NamedSecret[] = [{ name: 'PW', value: 'hunter22' }];
  const redactor = new Redactor(secrets);
  const shown = [JSON.stringify(redactor), inspect(redactor, { showHidden: true, depth: 9 }), String(redactor)];
  expect(shown.join()).not.toContain('hunter22');
  expect(Object.keys(redactor)).toEqual([]);
});

test('a large answer without secrets costs milliseconds', () => {
  const redactor = new Redactor(
    Array.from({ length: 5 }, (_, index) => ({ name: `S${index}`, value: `pässword ${index}` })),
  );
  const large = { rows: Array.from({ length: 5_000 }, (_, id) => ({ id, name: `row ${id}`, note: 'x'.repeat(60) })) };
  const started = process.cpuUsage();
  expect(redactor.json(large)).toBe(large);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
});
