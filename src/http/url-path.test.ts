import { expect, test } from 'vitest';
import { urlPath, urlQuery } from './url-path.js';

test('a value in a path is one segment, whatever is in it', () => {
  expect(urlPath`/v1/sessions/${'a/b?c#d'}/agent/${'run'}`).toBe('/v1/sessions/a%2Fb%3Fc%23d/agent/run');
});

test('a path without values is left as it is', () => {
  expect(urlPath`/v1/sessions`).toBe('/v1/sessions');
});

test.each(['', '.', '..'])('the value %j would change the path and is refused', (value) => {
  expect(() => urlPath`/v1/sessions/${value}`).toThrow(expect.objectContaining({ code: 'bad-input' }));
});

test('a query leaves out what is undefined', () => {
  expect(urlQuery({ tags: 'a,b', page: 2, live: false, since: undefined })).toBe('?tags=a%2Cb&page=2&live=false');
  expect(urlQuery({ since: undefined })).toBe('');
});
