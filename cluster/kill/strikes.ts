import type { Cluster } from '../cluster.js';
import type { Part } from '../part.js';
import type { Turns } from './turns.js';

/** A part that was killed, and when it served again. Epoch milliseconds. */
export interface Strike {
  part: string;
  at: number;
  backAt: number;
}

/** Every part in the order in which it is killed. */
export function victimsOf({ postgres, temporal, workers, inbox }: Cluster): Part[] {
  return [postgres.part, temporal, ...workers, ...(inbox ? [inbox.part] : [])];
}

/** Kills one part after the other, each when its turn has come, and starts it again at once. */
export async function strikeAll(
  victims: readonly Part[],
  turns: Turns,
  say: (line: string) => void,
): Promise<Strike[]> {
  const strikes: Strike[] = [];
  for (const part of victims) {
    await turns.untilStruck();
    const { pid } = part;
    const at = Date.now();
    await part.kill();
    say(`killed: ${part.name} (process ${pid})`);
    await part.start();
    const backAt = Date.now();
    say(`back: ${part.name} after ${((backAt - at) / 1000).toFixed(1)} s (process ${part.pid})`);
    strikes.push({ part: part.name, at, backAt });
    turns.back += 1;
  }
  return strikes;
}
