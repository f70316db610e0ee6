import type { Closing } from '../closing.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import { lives, spreadRuns } from '../task.js';
import type { Crowd } from '../watch/crowd.js';

const cadence = 3_000;

/** What a measure of a loss is made of. */
export interface LossPlan extends Pick<Crowd, 'provider'> {
  name: string;
  runs: number;
  /** Seconds. */
  lengths: { from: number; to: number };
}

/** Opens a stage with a party whose runs the simulator knows; none is started yet. */
export async function openCrowd(
  { name, provider, runs: count, lengths }: LossPlan,
  closing: Closing,
): Promise<{ stage: Stage; party: Party; crowd: Crowd }> {
  const stage = await openStage(provider, [name], closing);
  const party = partyOf(stage, name);
  const prefix = `bench/${stage.id}/${name}`;
  const runs = spreadRuns(prefix, count, lengths);
  await stage.simulator.add(...lives(provider, runs));
  return { stage, party, crowd: { party, provider, label: name, prefix, runs, cadence } };
}
