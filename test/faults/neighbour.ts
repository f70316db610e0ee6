import { makeMark } from '../../src/core/mark.js';
import type { LedgerSource } from '../../src/simulator/ledger.js';
import type { Simulator } from '../../src/simulator/simulator.js';

/** Another Perdure at the same provider accounts, whose runs and sessions are none of ours. */
export const neighbourDeployment = 'neighbour';

const text = 'the neighbour works';
const mark = makeMark({ deployment: neighbourDeployment, key: 'any', firstExecution: 'other', generation: 1 });

/** Starts what the neighbour has at both providers: a session and a run, which go on for ever. */
export async function moveIn(simulator: Simulator): Promise<void> {
  const { anchorUrl, browserbaseUrl, keys } = simulator;
  simulator.on('browserbase.agentRun', { text }).neverEnds();
  const session = { tags: [mark], timeout: { max_duration: -1, idle_timeout: -1 } };
  await send(`${anchorUrl}/v1/sessions`, { 'anchor-api-key': keys.anchor[0] ?? '' }, { session });
  const task = `${text}\n[${mark}]`;
  await send(`${browserbaseUrl}/v1/agents/runs`, { 'x-bb-api-key': keys.browserbase[0] ?? '' }, { task });
}

async function send(url: string, headers: Record<string, string>, body: unknown): Promise<void> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await reply.arrayBuffer();
}

/** What of the neighbour's has ended, though nobody but the neighbour may end it. */
export function evicted({ runs, sessions }: LedgerSource): string[] {
  const theirs = [
    ...runs.filter((run) => run.text.includes(mark)),
    ...sessions.filter(({ tags }) => tags.includes(mark)),
  ];
  return theirs.filter(({ endedAt }) => endedAt !== undefined).map(({ kind, id }) => `${kind} ${id}`);
}
