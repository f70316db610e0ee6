import { rm } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { PerdureError } from '../core/errors.js';
import { searchAttributes } from '../core/names.js';
import { startEmbeddedServer } from '../worker/embedded/server.js';
import { findTimeSkippingServer } from '../worker/embedded/time-skipping.js';
import { makeScratch } from './scratch.js';

/** A Temporal server for one test file. */
export interface TestServer {
  readonly client: Client;
  readonly connection: NativeConnection;
  /** A folder of its own, which is removed at the end. */
  readonly home: string;
  /** Whether waiting costs no time. */
  readonly skipsTime: boolean;
  /** Milliseconds since 1970, as the server sees them. */
  now(): Promise<number>;
  /** Lets so much of the server's time pass. */
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

const keyword = 2;

/** Starts the time-skipping server. Throws `test-server-missing` with what brings it. */
export async function startSkippingServer(): Promise<TestServer> {
  const found = findTimeSkippingServer();
  if (found.path === undefined) throw missing(found.missing);
  const environment = await boot(found.path);
  try {
    await environment.connection.operatorService.addSearchAttributes({
      namespace: environment.client.options.namespace,
      searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])),
    });
  } catch (error) {
    await environment.teardown();
    throw error;
  }
  const home = await makeHome();
  return {
    home,
    client: environment.client,
    connection: environment.nativeConnection,
    skipsTime: true,
    now: () => environment.currentTimeMs(),
    sleep: (ms) => environment.sleep(ms),
    close: async () => {
      await environment.teardown();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** An optional peer: only time that is skipped needs it. */
async function loadTesting() {
  try {
    return await import('@temporalio/testing');
  } catch (cause) {
    throw new PerdureError({
      code: 'test-server-missing',
      message: 'The package @temporalio/testing is missing, which skips time.',
      hint: "Install it: npm install --save-dev @temporalio/testing@~1.24.0. Or test in scaled time: perdureTest({ time: 'real' }).",
      cause,
    });
  }
}

/** The SDK gives the server five seconds to boot, which Java may miss on a busy machine. */
async function boot(binary: string, tries = 6): Promise<TestWorkflowEnvironment> {
  const sdk = await loadTesting();
  try {
    return await sdk.TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: binary } },
    });
  } catch (error) {
    if (tries === 1) throw error;
    return boot(binary, tries - 1);
  }
}

/** Starts a real server with a home of its own that is removed at the end. */
export async function startRealServer(): Promise<TestServer> {
  const home = await makeHome();
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const connection = await NativeConnection.connect({ address: server.address });
  const clientConnection = await Connection.connect({ address: server.address });
  return {
    home,
    client: new Client({ connection: clientConnection }),
    connection,
    skipsTime: false,
    now: () => Promise.resolve(Date.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: async () => {
      await clientConnection.close();
      await connection.close();
      await server.discard();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function makeHome(): Promise<string> {
  return makeScratch('perdure-test-');
}

/** Whether the time-skipping server is at hand, and if not, why. */
export function timeSkipping(): { available: true } | { available: false; reason: string } {
  const found = findTimeSkippingServer();
  return found.path === undefined ? { available: false, reason: found.missing } : { available: true };
}

function missing(reason: string): PerdureError {
  return new PerdureError({
    code: 'test-server-missing',
    message: `Time can't be skipped: ${reason}.`,
    hint: "Install Java and the test server, or test in real time: perdureTest({ time: 'real' }).",
  });
}
