import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloudAttributeCure } from '../../src/client/search-attribute-cure.js';
import { isTemporalCloud } from '../../src/client/temporal-target.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { jsonOf, run } from './fake-context.js';

interface Findings {
  findings: { name: string; state: string; text: string; cure?: string }[];
}

let cwd: string;
let server: EmbeddedServer;
beforeAll(async () => {
  cwd = await makeScratch('perdure-cli-');
  server = await startEmbeddedServer({ home: path.join(cwd, 'server'), port: 0, uiPort: false });
});
afterAll(async () => {
  await server.discard();
  await rm(cwd, { recursive: true, force: true });
});

async function doctor(...args: string[]) {
  const env = { HOME: cwd, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'fresh' };
  const ended = await run(['doctor', ...args, '--json'], { cwd, env });
  const { findings } = jsonOf(ended) as Findings;
  const found = (name: string) => findings.find((finding) => finding.name === name);
  return {
    exit: ended.exit,
    temporal: found('temporal'),
    attributes: found('search attributes'),
    worker: found('worker'),
  };
}

test('a namespace that does not exist is named with the cure, and the set-up makes it once', async () => {
  expect(await doctor()).toMatchObject({
    exit: 1,
    temporal: { state: 'fail', text: `the namespace 'fresh' does not exist at ${server.address}` },
  });
  expect((await doctor()).temporal?.cure).toBe('Run: npx perdure doctor --setup, or set TEMPORAL_NAMESPACE.');

  const first = await doctor('--setup');
  expect(first).toMatchObject({ exit: 0, temporal: { state: 'ok' }, attributes: { state: 'ok' } });
  expect(first.temporal?.text).toContain('namespace fresh (made just now), keeps ended runs for 30d');
  expect(first.attributes?.text).toMatch(/^added PerdureStatus, .*PerdureMark$/);

  const second = await doctor('--setup');
  expect(second.temporal?.text).toMatch(/namespace fresh, keeps ended runs for 30d/);
  expect(second.attributes?.text).toBe('there already');
});

test('the health check of a worker fails where no worker of this machine polls', async () => {
  expect(await doctor('--worker')).toMatchObject({
    exit: 1,
    temporal: undefined,
    worker: { state: 'fail', cure: 'Restart it; its log says why it stands.' },
  });
});

test.each([
  ['perdure.a1b2c.tmprl.cloud:7233', true],
  ['eu-central-1.aws.api.temporal.io:7233', true],
  ['127.0.0.1:7233', false],
  ['temporal.io.example.com:7233', false],
])('%s is Temporal Cloud: %s', (address, cloud) => {
  expect(isTemporalCloud(address)).toBe(cloud);
});

test('what Temporal Cloud lets nobody add over a connection is named with the command that does', () => {
  expect(cloudAttributeCure('perdure.a1b2c', ['PerdureMark', 'PerdureStatus'])).toBe(
    'Temporal Cloud lets nobody add them over this connection. Run: tcld namespace search-attributes add' +
      ' --namespace perdure.a1b2c --search-attribute PerdureMark=Keyword --search-attribute PerdureStatus=Keyword',
  );
  expect(cloudAttributeCure('n', [], ['PerdureMark'])).toContain('Rename PerdureMark');
});
