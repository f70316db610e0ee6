import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, run } from './fake-context.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'perdure-cli-'));
});
afterAll(() => rm(cwd, { recursive: true }));

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test.each([
  [['ls']],
  [['show', 'k']],
  [['result', 'k']],
  [['stop', 'k']],
  [['questions']],
  [['answer', 'perdure:run:k~q', '--yes']],
  [['run', 'anchor.webTask', '--key', 'k', '--prompt', 'x']],
])('%j without a server says how to start one', async (args) => {
  const ended = await run([...args, '--json'], { cwd, env: { HOME: cwd } });
  expect(ended.exit).toBe(4);
  expect(jsonOf(ended)).toEqual({
    error: {
      code: 'temporal-unreachable',
      message: expect.stringContaining('No Temporal server') as unknown,
      hint: expect.stringContaining('perdure up') as unknown,
    },
  });
  expect(ended.stderr).toMatch(
    /^error: .*\nhint: .*\ncode: temporal-unreachable \(docs\/errors\/temporal-unreachable\.md\)\n$/,
  );
});

test('a server that does not answer is named, without a stack trace', async () => {
  const address = `127.0.0.1:${await closedPort()}`;
  const { exit, stdout, stderr } = await run(['ls'], { cwd, env: { HOME: cwd, TEMPORAL_ADDRESS: address } });
  expect({ exit, stdout }).toEqual({ exit: 4, stdout: '' });
  expect(stderr).toContain(`No Temporal server answers at ${address}`);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('with PERDURE_LOG_LEVEL=debug the stack is shown', async () => {
  const env = { HOME: cwd, PERDURE_LOG_LEVEL: 'debug' };
  expect((await run(['ls'], { cwd, env })).stderr).toMatch(/^\s+at /m);
});
