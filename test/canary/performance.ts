import { setTimeout as pause } from 'node:timers/promises';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import { agentOf, secretsOf } from './agents.js';
import { disguised } from './disguises.js';
import { type Act, crashing, type Scenario, scenarios, unreadable } from './scenarios.js';
import type { Stage } from './stage.js';
import { textOf } from './text-of.js';
import { Witness } from './witness.js';
import type { WorkerProcess } from './worker-process.js';

/** What came of the runs. */
export interface Performance {
  keys: string[];
  /** Descriptions of the runs while they lived. */
  pending: string[];
  /** Questions, outcomes and errors as the client has them. */
  told: string[];
  /** What went otherwise than the scenarios say. */
  problems: string[];
  /** The one that is left. */
  worker: WorkerProcess;
}

interface Role extends Act {
  key: string;
  scenario: Scenario;
}

export const controlKey = 'control';
const betweenLooks = 100;
const beside = 10;
/** Of the providers' time: longer than a busy machine takes for all runs at once. */
const deadline = '6 h';
const timings = { heartbeat: 2_000_000, sendWindow: 1_800_000, startRequest: 1_200_000, request: 1_200_000 };

/** Plays every scenario at every endpoint, then those of unreadable accounts, then has workers crash under runs. */
export async function perform(stage: Stage): Promise<Performance> {
  const worker = await stage.startWorker();
  const rolesIn = (scenario: Scenario) => scenario.endpoints.map((endpoint) => roleOf(stage, scenario, endpoint));
  const roles = scenarios.flatMap(rolesIn);
  const alone = rolesIn(unreadable);
  const lasting = rolesIn(crashing);
  const control = controlRole(stage);
  const witness = new Witness(stage.client);
  const all = [control, ...roles, ...alone, ...lasting];
  witness.watch(
    stage.simulator,
    all.map(({ key }) => key),
  );
  const told: string[] = [];
  const problems = [...(await playAll(stage, [control, ...roles], told)), ...(await playAll(stage, alone, told))];
  const last = await crash(stage, lasting, worker, told);
  return { keys: all.map(({ key }) => key), pending: witness.seen, told, problems, worker: last };
}

/** A few at a time: all at once would only wait for the processors. */
async function playAll(stage: Stage, roles: readonly Role[], told: string[]): Promise<string[]> {
  const waiting = [...roles];
  const problems: string[] = [];
  const next = async (): Promise<void> => {
    for (let role = waiting.shift(); role; role = waiting.shift()) problems.push(...(await play(stage, role, told)));
  };
  await Promise.all(Array.from({ length: beside }, next));
  return problems;
}

function roleOf({ secrets }: Stage, scenario: Scenario, endpoint: EndpointName): Role {
  const apiKey = endpoint.startsWith('anchor.') ? 'ANCHORBROWSER_API_KEY' : 'BROWSERBASE_API_KEY';
  const values = [...secretsOf[endpoint], apiKey].map((name) => secrets.get(name)?.value ?? name);
  const key = `${scenario.name}/${endpoint}`;
  return { key, text: `${key};`, endpoint, scenario, words: values.flatMap(disguised) };
}

/** A run in whose prompt and result the control stands, as any text may. */
function controlRole({ control }: Stage): Role {
  const [scenario] = scenarios;
  if (!scenario) throw new TypeError('There is no scenario.');
  const text = `${controlKey}; ${control.value}`;
  return { key: controlKey, text, endpoint: 'anchor.webTask', scenario, words: disguised(control.value) };
}

async function begin({ perdure, simulator }: Stage, role: Role): Promise<RunHandle> {
  const { key, scenario, endpoint, text } = role;
  scenario.arrange(simulator, { ...role, text: `${key};` });
  return perdure.start({ key, agent: agentOf(endpoint, text, scenario), deadline, timings, ...scenario.options });
}

async function play(stage: Stage, role: Role, told: string[]): Promise<string[]> {
  const handle = await begin(stage, role);
  const ended = new AbortController();
  const answering = role.scenario.asks ? answer(handle, ended.signal, told) : Promise.resolve();
  const outcome = await handle.outcome();
  ended.abort();
  await answering;
  told.push(textOf(outcome));
  const { ends } = role.scenario;
  if (ends.includes(outcome.status)) return [];
  return [`${role.key} ended ${outcome.status}, not ${ends.join(' or ')}: ${outcome.error?.message ?? ''}`];
}

/** Answers every question, again where the provider refused the answer. */
async function answer(handle: RunHandle, ended: AbortSignal, told: string[]): Promise<void> {
  while (!ended.aborted) {
    for (const { id, state, form, ...question } of await handle.questions().catch(() => [])) {
      if (state !== 'open') continue;
      told.push(textOf(question), textOf(form));
      const given = form.kind === 'fields' ? { code: 'yes' } : 'yes';
      await handle.answer(id, given, { by: 'canary' }).catch((error: unknown) => told.push(String(error)));
    }
    await pause(betweenLooks);
  }
}

/** Runs that live while one worker is killed and the next one crashes; ended by a third. */
async function crash(
  stage: Stage,
  roles: readonly Role[],
  first: WorkerProcess,
  told: string[],
): Promise<WorkerProcess> {
  const working = roles.map((role) => atWork(stage, role));
  const handles = await Promise.all(roles.map((role) => begin(stage, role)));
  await Promise.all(working);
  await first.end('SIGKILL');
  const second = await stage.startWorker();
  await Promise.all(roles.filter(isFollowed).map((role) => atWork(stage, role)));
  await second.end('SIGUSR2');
  const third = await stage.startWorker();
  await Promise.all(handles.map((handle) => handle.cancel()));
  for (const handle of handles) told.push(textOf(await handle.outcome()));
  return third;
}

const isFollowed = ({ endpoint }: Role): boolean => endpoint !== 'anchor.sessionAgent';

async function atWork({ simulator }: Stage, role: Role): Promise<void> {
  const on = isFollowed(role) ? 'status' : 'start';
  await simulator.next({ on, phase: isFollowed(role) ? 'received' : 'effected', text: role.text });
}
