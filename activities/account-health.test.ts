import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { beforeEach, expect, test } from 'vitest';
import { type ErrorCode, PerdureError } from '../src/core/errors.js';
import { AccountHealth, type Weather, weatherOf } from './account-health.js';

const account = 'anchor/default';
const fine: Weather = { unreachable: false, quietMs: 0 };
const error = new PerdureError({
  code: 'provider-error',
  message: 'Anchor answered GET /v1/runs/1 with 503: hunter2 is not enough',
  status: 503,
});

let health: AccountHealth;
let lines: string[];
beforeEach(() => {
  health = new AccountHealth();
  lines = [];
});

/** Notes one tick after the other, and gives what was logged of them. */
async function logged(...ticks: Weather[]): Promise<string[]> {
  const logger = new DefaultLogger('TRACE', ({ level, message, meta }) => {
    if (['WARN', 'INFO'].includes(level)) lines.push(`${level} ${message} ${String(meta?.['error'] ?? '')}`.trim());
  });
  await new MockActivityEnvironment({}, { logger }).run(async () => {
    for (const tick of ticks) health.note(account, tick);
  });
  return lines;
}

test('only what meets all runs tells that an account can not be read; where it allows no more, it is looked at more rarely', () => {
  const of = (...codes: ErrorCode[]) => weatherOf(codes.map((code) => ({ code })));
  expect(of('provider-unreachable', 'provider-error')).toEqual({ unreachable: true, slowed: true });
  expect(of('rate-limited')).toEqual({ unreachable: false, slowed: true });
  for (const code of ['provider-malformed', 'response-too-large', 'task-not-found'] as const) {
    expect(of(code)).toEqual({ unreachable: false, slowed: false });
    expect(of('provider-error', code)).toEqual({ unreachable: false, slowed: false });
  }
  expect(of()).toEqual({ unreachable: false, slowed: false });
});

test('that an account can not be read is logged once, and once that it can again', async () => {
  const unread = { unreachable: true, error, quietMs: 0 };
  expect(await logged(fine, unread, unread, fine, fine)).toEqual([
    "WARN anchor/default can't be read, and is looked at ever more rarely. The provider answered with an error of its own. (provider-error, HTTP 503)",
    'INFO anchor/default can be read again.',
  ]);
});

test('what a provider says of a run it can not show, with secrets or without, is not logged', async () => {
  expect((await logged({ unreachable: true, error, quietMs: 0 })).join('\n')).not.toContain('hunter2');
});

test('what slows one watcher of an account slows all', async () => {
  await logged({ unreachable: false, quietMs: 60_000 });
  expect(health.quietMs(account)).toBeGreaterThan(50_000);
  expect(health.quietMs('anchor/other')).toBe(0);
});
