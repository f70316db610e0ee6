import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findTimeSkippingServer, timeSkippingServer } from './time-skipping.js';

function program(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

test('the time-skipping server is found once java and its script are there; until then the reason is said', () => {
  const [tools, cache] = [0, 1].map(() => mkdtempSync(path.join(tmpdir(), 'perdure-skipping-')));
  const env = { PATH: tools, PERDURE_CACHE: cache };
  expect(findTimeSkippingServer(env).missing).toBe('no java on the PATH (Debian: default-jre-headless)');
  program(path.join(tools ?? '', 'java'));
  expect(findTimeSkippingServer(env).missing).toContain("'node scripts/setup.mjs --test' fetches it");
  const script = program(timeSkippingServer(env).script);
  expect(findTimeSkippingServer(env)).toEqual({ path: script });
});
