import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../src/client/connect.js';
import type { Perdure } from '../../src/client/perdure.js';
import type { ProviderName } from '../../src/core/endpoints.js';
import { connectSimulator, type RemoteSimulator } from '../../src/simulator/index.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import { Child } from './child.js';
import type { FromSimulator } from './simulator-setting.js';
import { openTemporal, type Temporal } from './temporal.js';
import type { WorkerSetting } from './worker-setting.js';

/** Those who share a server but nothing else: each with a task queue and an account of its own. */
export interface Party {
  perdure: Perdure;
  taskQueue: string;
  account: string;
  apiKey: string;
}

/** What all that is measured in one invocation runs on. */
export interface Stage {
  /** Keeps this invocation apart from others on the same server. */
  id: string;
  temporal: Temporal;
  simulator: RemoteSimulator;
  /** How many starts the simulated providers have received. */
  starts(): number;
  parties: ReadonlyMap<string, Party>;
  /** Starts a worker of a party in a process of its own; it ends with the stage at the latest. */
  startWorker(party: Party, options: Pick<WorkerSetting, 'bundle' | 'workflows' | 'slots' | 'cache'>): Promise<Child>;
  home: string;
}

/** What all parties are called at the provider. */
export const deployment = 'bench';

/** Opens a server, the simulated providers, and a client for each party. */
export async function openStage(provider: ProviderName, names: readonly string[], closing: Closing): Promise<Stage> {
  const id = randomUUID().slice(0, 8);
  const home = await mkdtemp(path.join(tmpdir(), 'perdure-bench-'));
  closing.add(() => rm(home, { recursive: true, force: true }));
  const temporal = await openTemporal(home, closing);
  const keys = new Map(names.map((name) => [name, randomUUID()]));
  const { url, starts } = await startSimulator(provider, [...keys.values()], { home, temporal, closing });
  const parties = new Map<string, Party>();
  for (const [name, apiKey] of keys) {
    const taskQueue = `bench-${id}-${name}`;
    const perdure = await connect({ client: temporal.client, env: {}, home, deployment, taskQueue });
    parties.set(name, { perdure, taskQueue, account: `${provider}/${taskQueue}`, apiKey });
  }
  const baseUrl = `${url}/${provider}`;
  const startWorker: Stage['startWorker'] = async ({ taskQueue, account, apiKey }, options) => {
    const accounts = { [account]: { apiKey, baseUrl } };
    const setting: WorkerSetting = { ...options, taskQueue, home, deployment, accounts };
    const child = new Child({
      program: new URL('worker-main.js', import.meta.url),
      setting,
      cwd: home,
      env: temporal.env,
    });
    closing.add(() => child.stop());
    await child.ready();
    return child;
  };
  return { id, temporal, simulator: connectSimulator(url), starts, parties, startWorker, home };
}

/** The party of this name. */
export function partyOf({ parties }: Stage, name: string): Party {
  const party = parties.get(name);
  if (party) return party;
  throw new BenchError(`Nobody is called ${name}.`);
}

interface Surroundings {
  home: string;
  temporal: Temporal;
  closing: Closing;
}

async function startSimulator(provider: ProviderName, keys: readonly string[], around: Surroundings) {
  const { home, temporal, closing } = around;
  const setting = { anchor: [], browserbase: [], [provider]: keys };
  let last: FromSimulator = { url: '', starts: 0 };
  const onMessage = (message: unknown) => {
    last = message as FromSimulator;
  };
  const child = new Child({
    program: new URL('simulator-main.js', import.meta.url),
    setting,
    cwd: home,
    env: temporal.env,
    onMessage,
  });
  closing.add(() => child.stop());
  await child.ready();
  return { url: last.url, starts: () => last.starts };
}
