import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Simulator } from '../src/simulator/index.js';
import { loopback } from '../src/worker/embedded/ports.js';
import { ClusterError } from './cluster-error.js';
import { type Compose, inRepository } from './compose.js';
import { freePorts } from './free-ports.js';
import { Part } from './part.js';
import { runProgram } from './run-program.js';
import { bareEnvironment } from './temporal-server.js';

const cli = inRepository('dist/src/cli/main.js');

/** What the processes of Perdure share. */
export interface PerdureGround {
  home: string;
  compose: Compose;
  address: string;
  /** Variables by which the simulated providers are used. */
  providers: Readonly<Record<string, string>>;
}

/** Runs the set-up of namespace and search attributes, as the service `setup` does. Throws `ClusterError`. */
export async function setUpNamespace(ground: PerdureGround): Promise<string> {
  const { code, output } = await runProgram(process.execPath, [cli, ...ground.compose.service('setup').command], {
    env: environmentOf(ground, 'setup'),
    cwd: ground.home,
  });
  if (code !== 0) throw new ClusterError(`perdure doctor --setup failed:\n${output}`);
  return output;
}

/** A worker of Perdure's alone, in a process of its own. */
export function makeWorker(ground: PerdureGround, name: string): Part {
  return new Part({
    name,
    program: programOf(ground, 'worker', name, []),
    isReady: ({ log }) => Promise.resolve(log.includes('"deployment":')),
  });
}

/** The inbox, and where it is reached. */
export async function makeInbox(ground: PerdureGround): Promise<{ part: Part; url: string }> {
  const [port = 0] = await freePorts(1);
  const url = `http://${loopback}:${port}`;
  const program = programOf(ground, 'inbox', 'inbox', ['--inbox-port', String(port)]);
  const env = { ...program.env, PERDURE_INBOX_HOST: loopback, PERDURE_INBOX_URL: url };
  const isReady = async () => (await fetch(`${url}/sign-in`, { signal: AbortSignal.timeout(1_000) })).ok;
  return { part: new Part({ name: 'inbox', program: { ...program, env }, isReady }), url };
}

/** Both simulated providers in a process of their own, which is never killed: they are the judge's witness. */
export async function makeSimulator(home: string): Promise<{ part: Part; urls(): SimulatorPlace }> {
  const [port = 0] = await freePorts(1);
  const log = path.join(home, 'simulator.log');
  const args = [cli, 'simulator', '--port', String(port), '--json'];
  const program = { binary: process.execPath, args, cwd: home, log, env: bareEnvironment() };
  const part = new Part({
    name: 'simulator',
    program,
    isReady: ({ log: words }) => Promise.resolve(words.includes('"anchorUrl":')),
  });
  return { part, urls: () => placeIn(part.log) };
}

/** What the simulator says of itself. */
export type SimulatorPlace = Pick<Simulator, 'url' | 'anchorUrl' | 'browserbaseUrl' | 'keys'>;

function placeIn(log: string): SimulatorPlace {
  const line = log.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new ClusterError('The simulator does not say where it is.');
  return JSON.parse(line) as SimulatorPlace;
}

function programOf(ground: PerdureGround, service: string, name: string, more: readonly string[]) {
  const folder = path.join(ground.home, name.replaceAll(' ', '-'));
  mkdirSync(folder, { recursive: true });
  const args = [cli, ...ground.compose.service(service).command, ...more, '--json'];
  const env = { ...environmentOf(ground, service), PERDURE_HOME: folder };
  return { binary: process.execPath, args, cwd: folder, log: path.join(folder, 'log'), env };
}

function environmentOf({ home, compose, address, providers }: PerdureGround, service: string): Record<string, string> {
  const { environment } = compose.service(service);
  return { ...bareEnvironment(), ...environment, ...providers, TEMPORAL_ADDRESS: address, PERDURE_HOME: home };
}
