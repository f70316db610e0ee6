import { expect, test } from 'vitest';
import { disguises } from './disguises.js';
import { makeControl, makeSecrets } from './known-secrets.js';
import { search } from './search.js';

const values = [makeControl(), ...makeSecrets().values()];

test.each(Object.entries(disguises))('a value is found %s, whatever characters it has', (_, disguise) => {
  for (const value of values) {
    const content = Buffer.from(`before ${disguise(value.value)} after`);
    const hits = search(value, [
      { name: 'here', content },
      { name: 'there', content: Buffer.from('nothing') },
    ]);
    expect(hits.map(({ place }) => place)).toContain('here');
    expect(hits.map(({ place }) => place)).not.toContain('there');
  }
});

test('a value that was cut in the middle is found by its half', () => {
  for (const value of values) {
    const half = value.value.slice(0, (value.value.length >> 1) + 1);
    expect(search(value, [{ name: 'here', content: Buffer.from(`${half}…`) }])).not.toEqual([]);
  }
});

test('no value is found where another stands', () => {
  const [first, ...others] = values;
  const content = Buffer.from(others.map(({ value }) => value).join('\n'));
  expect(first && search(first, [{ name: 'here', content }])).toEqual([]);
});
