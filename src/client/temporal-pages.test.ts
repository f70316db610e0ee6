import { expect, test } from 'vitest';
import { pagesOf, temporalPage } from './temporal-pages.js';
import type { TemporalTarget } from './temporal-target.js';

function target(change: Partial<TemporalTarget>): TemporalTarget {
  return { kind: 'external', address: 'a.example:7233', namespace: 'shop', connection: {}, from: 'test', ...change };
}

test('the pages of a server are those that it has said, of the cloud its own, else none', () => {
  expect(pagesOf(target({ uiUrl: 'http://127.0.0.1:8233' }))).toEqual({
    url: 'http://127.0.0.1:8233',
    namespace: 'shop',
  });
  expect(pagesOf(target({ address: 'shop.a1b2c.tmprl.cloud:7233' }))?.url).toBe('https://cloud.temporal.io');
  expect(pagesOf(target({}))).toBeUndefined();
});

test('the page of a workflow has its id and its namespace in the address, whatever is in them', () => {
  const pages = { url: 'http://127.0.0.1:8233', namespace: 'a b' };
  expect(temporalPage(pages, 'perdure:run:a/b')).toBe(
    'http://127.0.0.1:8233/namespaces/a%20b/workflows/perdure%3Arun%3Aa%2Fb',
  );
  expect(temporalPage(undefined, 'perdure:run:a')).toBeUndefined();
});
