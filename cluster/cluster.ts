import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loopback } from '../src/worker/embedded/ports.js';
import type { Closing } from '../bench/closing.js';
import { Compose } from './compose.js';
import { freePorts } from './free-ports.js';
import type { Part } from './part.js';
import { makeInbox, makeSimulator, makeWorker, type SimulatorPlace, setUpNamespace } from './perdure-parts.js';
import { makePostgres, type Postgres } from './postgres.js';
import { findServerBinaries } from './server-binaries.js';
import { makeTemporalServer, setUpSchema } from './temporal-server.js';

/** What `docker-compose.yml` describes, up on this machine without containers. */
export interface Cluster {
  home: string;
  versions: { temporal: string; postgres: string };
  postgres: Postgres;
  temporal: Part;
  address: string;
  /** None and no inbox in a bare cluster. */
  workers: Part[];
  inbox?: { part: Part; url: string; token: string };
  simulator: SimulatorPlace;
  deployment: string;
  /** What encrypts all that the server stores of runs. */
  codecKeys: string;
  /** Of the server's own tables. */
  databaseUrl: string;
}

export interface ClusterOptions {
  /** Only the database, the server and the simulator. */
  bare: boolean;
  /** Leaves the folder with its logs behind. */
  keep: boolean;
  say: (line: string) => void;
}

const secret = () => randomBytes(24).toString('hex');
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** Starts every part of the cluster in the order in which they need each other. Throws `ClusterError`. */
export async function openCluster({ bare, keep, say }: ClusterOptions, closing: Closing): Promise<Cluster> {
  const token = secret();
  const deployment = 'cluster';
  const given = variables(token, deployment);
  const compose = new Compose(given);
  const version = compose.version('temporal');
  const binaries = await findServerBinaries(version, process.env, say);
  const home = await mkdtemp(path.join(tmpdir(), 'perdure-cluster-'));
  if (keep) say(`files in ${home}`);
  else closing.add(() => rm(home, { recursive: true, force: true }));
  const start = async (part: Part) => {
    closing.add(() => part.stop());
    const began = Date.now();
    await part.start();
    say(`${part.name} is up after ${((Date.now() - began) / 1000).toFixed(1)} s (process ${part.pid})`);
  };

  const simulated = await makeSimulator(home);
  await start(simulated.part);
  const simulator = simulated.urls();
  const postgres = await openPostgres(home, compose, start);
  const ground = { home, compose, binaries, postgres };
  say((await setUpSchema(ground)).replaceAll('\n', '; '));
  const { part: temporal, address } = await makeTemporalServer(ground);
  await start(temporal);
  const perdure = { home, compose, address, providers: providersAt(simulator) };
  say(wordsOf(await setUpNamespace(perdure)));
  const versions = { temporal: version, postgres: postgres.version };
  const { PERDURE_CODEC_KEYS: codecKeys, TEMPORAL_DB_PASSWORD: password } = given;
  const databaseUrl = `postgres://temporal:${password}@${loopback}:${postgres.port}/temporal`;
  const made = { home, versions, postgres, temporal, address, simulator, deployment, codecKeys, databaseUrl };
  const cluster: Cluster = { ...made, workers: [] };
  if (bare) return cluster;
  const workers = ['worker 1', 'worker 2'].map((name) => makeWorker(perdure, name));
  const inbox = { ...(await makeInbox(perdure)), token };
  await Promise.all([...workers, inbox.part].map(start));
  return { ...cluster, workers, inbox };
}

async function openPostgres(home: string, compose: Compose, start: (part: Part) => Promise<void>): Promise<Postgres> {
  const { environment } = compose.service('postgres');
  const [port = 0] = await freePorts(1);
  const [major = ''] = compose.version('postgres').split('.');
  const { POSTGRES_USER: user = '', POSTGRES_PASSWORD: password = '' } = environment;
  const postgres = await makePostgres({ home, port, user, password, major });
  await start(postgres.part);
  return postgres;
}

/** What stands in `.env` of a deployment. */
function variables(token: string, deployment: string) {
  return {
    TEMPORAL_DB_PASSWORD: secret(),
    PERDURE_DEPLOYMENT: deployment,
    PERDURE_SEAL_KEYS: key('seal1'),
    PERDURE_CODEC_KEYS: key('codec1'),
    PERDURE_INBOX_TOKENS: `ann:${token}`,
    PERDURE_INBOX_URL: 'http://127.0.0.1:7300',
    ANCHORBROWSER_API_KEY: '',
    ANCHORBROWSER_WEBHOOK_SECRET: '',
    BROWSERBASE_API_KEY: '',
  };
}

function providersAt({ anchorUrl, browserbaseUrl, keys }: SimulatorPlace): Record<string, string> {
  return {
    ANCHORBROWSER_BASE_URL: anchorUrl,
    ANCHORBROWSER_API_KEY: keys.anchor[0] ?? '',
    BROWSERBASE_BASE_URL: browserbaseUrl,
    BROWSERBASE_API_KEY: keys.browserbase[0] ?? '',
  };
}

/** Of what the doctor says, what the set-up did. */
function wordsOf(doctor: string): string {
  const lines = doctor.split('\n').filter((line) => /temporal:|search attributes:/.test(line));
  return lines.map((line) => line.replace(/^ok +/, '')).join('; ');
}
