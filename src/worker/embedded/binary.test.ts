import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findServerBinary } from './binary.js';

const nowhere = 'http://127.0.0.1:1';

function emptyFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'perdure-binary-'));
}

/** A program that answers as the Temporal CLI does when asked for its version. */
function fakeCli(folder: string, cli: string, server: string): string {
  return script(path.join(folder, 'temporal'), `echo 'temporal version ${cli} (Server ${server}, UI 2.42.1)'`);
}

function script(file: string, body: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

test('the binary on the PATH is taken when its server is of the one release', async () => {
  const folder = emptyFolder();
  const file = fakeCli(folder, '1.5.1', '1.29.1');
  expect(await findServerBinary({ env: { PATH: folder, PERDURE_CACHE: emptyFolder() } })).toEqual({
    path: file,
    how: 'on the PATH',
  });
});

test('another version on the PATH is named and passed over for a later one', async () => {
  const [old, good] = [emptyFolder(), emptyFolder()];
  const passed = fakeCli(old, '1.9.1', '1.32.0');
  const file = fakeCli(good, '0.0.0-DEV', '1.29.1');
  const lines: string[] = [];
  const env = { PATH: [old, good].join(path.delimiter), PERDURE_CACHE: emptyFolder() };
  expect(await findServerBinary({ env, log: (line) => lines.push(line) })).toEqual({ path: file, how: 'on the PATH' });
  expect(lines).toEqual([`passing over ${passed}: temporal 1.9.1 (server 1.32.0), wanted is server 1.29.1`]);
});

test('without one on the PATH the cached one is taken', async () => {
  const cache = emptyFolder();
  const file = fakeCli(path.join(cache, 'temporal-cli-1.5.1'), '1.5.1', '1.29.1');
  expect(await findServerBinary({ env: { PATH: emptyFolder(), PERDURE_CACHE: cache } })).toEqual({
    path: file,
    how: 'cached',
  });
});

test('the download is unpacked into the cache and found there the next time', async () => {
  const [cache, source] = [emptyFolder(), emptyFolder()];
  fakeCli(source, '1.5.1', '1.29.1');
  execFileSync('tar', ['-czf', 'cli.tar.gz', 'temporal'], { cwd: source });
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    if (request.url?.endsWith('.tar.gz')) response.end(readFileSync(path.join(source, 'cli.tar.gz')));
    else response.end(JSON.stringify({ archiveUrl: `${from}/cli.tar.gz`, fileToExtract: 'temporal' }));
  });
  const from = await listen(server);
  const env = { PATH: '/usr/bin:/bin', PERDURE_CACHE: cache };
  const found = await findServerBinary({ env, downloadFrom: from });
  expect(found.how).toBe('downloaded');
  expect(asked[0]).toMatch(/^\/cli\/v1\.5\.1\?arch=(amd64|arm64)&platform=\w+$/);
  expect(await findServerBinary({ env, downloadFrom: nowhere })).toEqual({ path: found.path, how: 'cached' });
});

test('two at once fetch it once', async () => {
  const [cache, tools] = [emptyFolder(), emptyFolder()];
  const calls = path.join(tools, 'calls');
  const cli = fakeCli(path.join(tools, 'made'), '0.0.0-DEV', '1.29.1');
  script(path.join(tools, 'go'), `echo "$@" >> ${calls}; /bin/cp ${cli} "$GOBIN/temporal"`);
  const search = () => findServerBinary({ env: { PATH: tools, PERDURE_CACHE: cache }, downloadFrom: nowhere });
  const found = await Promise.all([search(), search()]);
  expect(found.map(({ how }) => how).sort()).toEqual(['built with go install', 'cached']);
  expect(readFileSync(calls, 'utf8')).toBe('install -v github.com/temporalio/cli/cmd/temporal@v1.5.1\n');
});

test('with no way to get it the error lists what was tried and names the cure', async () => {
  const cache = emptyFolder();
  const search = findServerBinary({ env: { PATH: '', PERDURE_CACHE: cache }, downloadFrom: nowhere });
  await expect(search).rejects.toMatchObject({
    code: 'server-binary-missing',
    message: expect.stringMatching(/no temporal on the PATH; not cached .*; download from .*; no go on the PATH/),
    hint: expect.stringMatching(/go install github.com\/temporalio\/cli\/cmd\/temporal@v1.5.1.*TEMPORAL_ADDRESS/),
  });
});

test("a build that fails gives the tool's last words and leaves nothing in the cache", async () => {
  const [cache, tools] = [emptyFolder(), emptyFolder()];
  script(path.join(tools, 'go'), 'echo "go: no route to the module proxy" >&2; exit 1');
  const search = findServerBinary({ env: { PATH: tools, PERDURE_CACHE: cache }, downloadFrom: nowhere });
  await expect(search).rejects.toMatchObject({
    code: 'server-binary-missing',
    message: expect.stringContaining('go install failed: go: no route to the module proxy'),
  });
  expect(existsSync(path.join(cache, 'temporal-cli-1.5.1', 'temporal'))).toBe(false);
});
