import { writeFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../../src/client/connect.js';
import { makeScratch } from '../../../src/testing/scratch.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/worker/embedded/server.js';
import { ownWorkflowBundle } from '../../../src/worker/workflow-bundle.js';
import { scale } from '../pace.js';
import type { Stage } from '../stage.js';
import { deployment } from '../test-worker.js';
import { Waiting } from '../waiting.js';
import { Losses } from '../weather-maker.js';
import type { AccountOptions } from '../../../src/worker/accounts.js';
import { WorkerFaults } from '../worker-faults.js';

/** A Temporal server that can be killed, for workers in processes of their own. */
export class KillStage {
  private constructor(
    private readonly home: string,
    readonly client: Client,
    readonly bundle: string,
    private server: EmbeddedServer,
  ) {}

  static async open(): Promise<KillStage> {
    const home = await makeScratch('perdure-faults-');
    const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
    const connection = await Connection.connect({ address: server.address });
    const bundle = path.join(home, 'workflows.js');
    const { code } = await ownWorkflowBundle();
    await writeFile(bundle, code);
    return new KillStage(home, new Client({ connection }), bundle, server);
  }

  get address(): string {
    return this.server.address;
  }

  /** Kills the server, and starts it again on its database file at the same port. */
  async restartServer(): Promise<void> {
    const { pid, exited, address } = this.server;
    process.kill(pid, 'SIGKILL');
    await exited;
    const port = Number(address.split(':').at(-1));
    this.server = await startEmbeddedServer({ home: this.home, port, uiPort: false });
  }

  /** What one scenario plays on: a task queue of its own. */
  async stageFor(taskQueue: string): Promise<Stage> {
    const { client } = this;
    const perdure = await connect({ client, timeScale: scale, env: {}, deployment, taskQueue });
    const waiting = new Waiting(perdure);
    const close = () => waiting.close();
    const parts = { accounts: new Map<string, AccountOptions>(), workerFaults: new WorkerFaults() };
    return { client, taskQueue, perdure, ...parts, losses: new Losses(), hinted: new Set(), waiting, close };
  }

  async close(): Promise<void> {
    await this.client.connection.close();
    await this.server.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}
