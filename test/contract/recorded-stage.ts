import { rm } from 'node:fs/promises';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import { drivenClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { replayAll } from '../../src/testing/replay.js';
import { makeScratch } from '../../src/testing/scratch.js';
import { startEmbeddedServer, startWorker } from '../../src/worker/index.js';
import { type Recorder, startRecorder } from './recorder.js';

/** A Temporal server, a worker and the simulator, and what the simulator answers the worker. */
export interface RecordedStage {
  perdure: Perdure;
  simulator: Simulator;
  recorder: Recorder;
  close(): Promise<void>;
}

/** Starts everything that a run through the client needs, with a recorder before the simulator, whose clock is driven. */
export async function openRecordedStage(): Promise<RecordedStage> {
  const home = await makeScratch('perdure-contract-');
  const server = await startEmbeddedServer({ home, port: 0, uiPort: false });
  const simulator = await startSimulator({ clock: drivenClock(Date.now()), tasks: ['known'] });
  const recorder = await startRecorder(simulator.url);
  const account = (provider: 'anchor' | 'browserbase') => {
    return { apiKey: simulator.keys[provider][0] ?? '', baseUrl: `${recorder.url}/${provider}` };
  };
  const options = { env: { TEMPORAL_ADDRESS: server.address }, deployment: 'test', timeScale: 0.01 };
  const accounts = { 'anchor/default': account('anchor'), 'browserbase/default': account('browserbase') };
  const worker = await startWorker({ ...options, accounts });
  const perdure = await connect(options);
  return {
    perdure,
    simulator,
    recorder,
    close: async () => {
      await worker.stop();
      await replayAll(perdure.temporal);
      await perdure.close();
      await recorder.close();
      await simulator.close();
      await server.discard();
      await rm(home, { recursive: true, force: true });
    },
  };
}
