import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from './process-list.js';
import { checkSearchAttributes, registerSearchAttributes } from './search-attributes.js';
import { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './server.js';

const status = defineSearchAttributeKey('PerdureStatus', SearchAttributeType.KEYWORD);

function emptyHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'perdure-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function start(home: string, options: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false, ...options });
  onTestFinished(() => end(server));
  return server;
}

/** Outright, since nobody needs the database any more; what a proper end does is tested by its own tests. */
async function end({ pid, exited }: EmbeddedServer): Promise<void> {
  if (exited && isAlive(pid)) process.kill(pid, 'SIGKILL');
  await exited;
}

async function connectionTo({ address }: EmbeddedServer): Promise<Connection> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return connection;
}

async function connect(server: EmbeddedServer): Promise<Client> {
  return new Client({ connection: await connectionTo(server) });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('a new home gets a server with the search attributes and 30 days of retention, usable at once', async () => {
  const home = emptyHome();
  const server = await start(home);
  const client = await connect(server);
  const attributes = new TypedSearchAttributes([{ key: status, value: 'queued' }]);
  await client.workflow.start('any', { taskQueue: 'none', workflowId: 'first', typedSearchAttributes: attributes });
  await expect.poll(() => client.workflow.count("PerdureStatus = 'queued'").then(({ count }) => count)).toBe(1);
  const { config } = await client.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  await checkSearchAttributes(await connectionTo(server), 'default');
  const state: unknown = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'));
  expect(state).toMatchObject({ address: server.address, pid: server.pid, version: '1.29.1' });
  expect(server.summary).toMatch(
    /^Temporal server 1\.29\.1 \(.+\) at 127\.0\.0\.1:\d+ in .+, no pages, database .+\.db$/,
  );
});

test('what was started before a stop is there after it, with the same search attributes', async () => {
  const home = emptyHome();
  const first = await start(home);
  const client = await connect(first);
  const attributes = new TypedSearchAttributes([{ key: status, value: 'queued' }]);
  const options = { taskQueue: 'none', workflowId: 'kept', typedSearchAttributes: attributes };
  const { firstExecutionRunId } = await client.workflow.start('any', options);
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  expect(existsSync(path.join(home, 'server.json'))).toBe(false);
  const second = await start(home, { retention: '45 days' });
  const again = await connect(second);
  const description = await again.workflow.getHandle('kept').describe();
  expect(description.runId).toBe(firstExecutionRunId);
  expect(description.typedSearchAttributes.get(status)).toBe('queued');
  const { config } = await again.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(45 * 86_400);
});

test('what was acknowledged is there after the server was killed outright', async () => {
  const home = emptyHome();
  const first = await start(home);
  const client = await connect(first);
  await client.workflow.start('any', { taskQueue: 'none', workflowId: 'kept' });
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toContain('ended by SIGKILL');
  const second = await start(home);
  expect(second.attached).toBe(false);
  expect((await (await connect(second)).workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
});

test('a second start attaches to the running server and does not end it', async () => {
  const home = emptyHome();
  const [one, other] = await Promise.all([start(home), start(home)]);
  expect([one.attached, other.attached].sort()).toEqual([false, true]);
  expect(other.pid).toBe(one.pid);
  const attached = one.attached ? one : other;
  await attached.stop();
  expect(isAlive(one.pid)).toBe(true);
  expect(attached.summary).toContain(`running for`);
});

test('a foreign process on the port is named, and what it speaks', async () => {
  const port = await listen(createHttpServer((_request, response) => response.end('hello')));
  const failed = start(emptyHome(), { port });
  await expect(failed).rejects.toMatchObject({
    code: 'server-port-taken',
    message: `Port ${port} is taken by an HTTP server.`,
    hint: expect.stringContaining(`TEMPORAL_ADDRESS=127.0.0.1:${port}`),
  });
});

test("another home's Temporal server on the port is recognised as one", async () => {
  const foreign = await start(emptyHome());
  const port = Number(foreign.address.split(':')[1]);
  const failed = start(emptyHome(), { port });
  await expect(failed).rejects.toMatchObject({
    code: 'server-port-taken',
    message: `Port ${port} is taken by a Temporal server 1.29.1.`,
  });
});

test('the web pages are left out where their port is taken', async () => {
  const uiPort = await listen(createServer());
  const server = await start(emptyHome(), { uiPort });
  expect(server.uiUrl).toBeUndefined();
  expect(server.summary).toContain(`no pages, since port ${uiPort} is taken`);
});

test('the web pages answer at the address that is given', async () => {
  const server = await start(emptyHome(), { uiPort: 0 });
  const pages = async () => (await fetch(server.uiUrl ?? '')).status;
  await expect.poll(() => pages().catch(() => 0)).toBe(200);
});

test('a database of another version is left as it is, with the cure', async () => {
  const home = emptyHome();
  const database = path.join(home, 'temporal.db');
  writeFileSync(database, 'rows of an older server');
  writeFileSync(`${database}.version`, '1.28.0\n');
  await expect(start(home)).rejects.toMatchObject({
    code: 'server-database-version',
    message: `${database} was written by Temporal server 1.28.0, and the embedded server is 1.29.1.`,
    hint: expect.stringContaining('Move '),
  });
  expect(readFileSync(database, 'utf8')).toBe('rows of an older server');
});

test('a database file that is none ends in a clear error that has the words of the server', async () => {
  const home = emptyHome();
  const database = path.join(home, 'temporal.db');
  writeFileSync(database, 'not a database at all, but of some length');
  writeFileSync(`${database}.version`, '1.29.1\n');
  await expect(start(home)).rejects.toMatchObject({
    code: 'server-start-failed',
    message: expect.stringContaining('file is not a database'),
  });
});

test('a state file whose process is gone, or is another program, counts as none', async () => {
  const home = emptyHome();
  const state = { address: '127.0.0.1:1', version: '1.29.1', clusterId: 'x', startedAt: new Date().toISOString() };
  for (const pid of [4_194_300, process.pid]) {
    writeFileSync(path.join(home, 'server.json'), JSON.stringify({ ...state, pid, ownerPid: pid }));
    const server = await start(home);
    expect(server.attached).toBe(false);
    await server.stop();
  }
});

test('a home that cannot be made is named', async () => {
  const file = path.join(emptyHome(), 'file');
  writeFileSync(file, '');
  const failed = start(path.join(file, 'home'));
  await expect(failed).rejects.toMatchObject({ code: 'home-not-writable', message: expect.stringContaining(file) });
});

test('a retention under a day is refused before anything is started', async () => {
  const home = emptyHome();
  await expect(start(home, { retention: '1 hour' })).rejects.toMatchObject({ code: 'config-invalid' });
  expect(existsSync(path.join(home, 'temporal.db'))).toBe(false);
});

test('a namespace without the search attributes is an error that names the command, and registering cures it', async () => {
  const server = await start(emptyHome());
  const connection = await connectionTo(server);
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace: 'bare', workflowExecutionRetentionPeriod });
  await expect
    .poll(() => checkSearchAttributes(connection, 'bare').catch((error: unknown) => error))
    .toMatchObject({
      code: 'search-attributes-missing',
      hint: expect.stringMatching(
        /^Run: temporal operator search-attribute create --namespace bare --name PerdureStatus --type Keyword .*--name PerdureMark --type Keyword$/,
      ),
    });
  expect(await registerSearchAttributes(connection, 'bare')).toHaveLength(6);
  expect(await registerSearchAttributes(connection, 'bare')).toEqual([]);
  await checkSearchAttributes(connection, 'bare');
});
