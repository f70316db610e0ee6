import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Simulator, scaledClock, startSimulator } from '../../src/simulator/index.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { replayAt } from '../support/replay-at.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/worker/embedded/server.js';
import { type RunningWorker, startWorker } from '../../src/worker/index.js';
import { type Called, call, type Ended, run } from './fake-context.js';

/** A folder in which `perdure up` could be running: a server, simulated providers, and a worker that can be stopped. */
export interface World {
  home: string;
  simulator: Simulator;
  readonly server: EmbeddedServer;
  /** Starts the server again after it was stopped: with the same files, at the same address. */
  bringServerBack(): Promise<void>;
  startWorker(): Promise<RunningWorker>;
  /** Runs a command line in that folder. */
  run(...args: string[]): Promise<Ended>;
  call(...args: string[]): Called;
  close(): Promise<void>;
}

/** Starts a world whose providers' time passes ten times as fast. */
export async function openWorld(): Promise<World> {
  const cwd = await makeScratch('perdure-cli-');
  const home = path.join(cwd, '.perdure');
  let server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const simulator = await startSimulator({ clock: scaledClock(10) });
  const workers: RunningWorker[] = [];
  const env = { HOME: cwd, USER: 'ann' };
  return {
    home,
    simulator,
    get server() {
      return server;
    },
    async bringServerBack() {
      server = await startEmbeddedServer({ home, port: Number(server.address.split(':')[1]), uiPort: false });
    },
    async startWorker() {
      const worker = await startWorker({
        env,
        home,
        accounts: {
          'anchor/default': { apiKey: simulator.keys.anchor[0] ?? '', baseUrl: simulator.anchorUrl },
          'browserbase/default': { apiKey: simulator.keys.browserbase[0] ?? '', baseUrl: simulator.browserbaseUrl },
        },
      });
      workers.push(worker);
      return worker;
    },
    run: (...args) => run(args, { cwd, env }),
    call: (...args) => call(args, { cwd, env }),
    async close() {
      for (const worker of workers) await worker.stop();
      await replayAt(server.address);
      await simulator.close();
      await server.discard();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
