import { expect, test } from 'vitest';
import { metricsAddress } from './metrics.js';

test.each([
  ['9464', '127.0.0.1:9464'],
  ['localhost:9464', '127.0.0.1:9464'],
  ['0.0.0.0:9464', '0.0.0.0:9464'],
  ['[::1]:9464', '[::1]:9464'],
])('metrics at %s are served at %s', (given, address) => {
  expect(metricsAddress(given)).toBe(address);
});

test.each(['', '0', '70000', 'metrics.example.com:9464', '127.0.0.1', '::1:9464', '127.0.0.1:9464/metrics'])(
  'metrics can not be served at %s',
  (given) => {
    expect(() => metricsAddress(given)).toThrow(expect.objectContaining({ code: 'bad-input' }));
  },
);
