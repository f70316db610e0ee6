import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster.js';
import type { Part } from '../part.js';

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

/** Kills one part after the other, each started again at once and given time until the next; `due` says when the first is. */
export async function strikeAll(
  victims: readonly Part[],
  pace: { beforeEachMs: number },
  say: (line: string) => void,
): Promise<Strike[]> {
  const strikes: Strike[] = [];
  for (const part of victims) {
    await pause(pace.beforeEachMs);
    const { pid } = part;
    const at = Date.now();
    await part.kill();
    say(`killed: ${part.name} (process ${pid})`);
    await part.start();
    const backAt = Date.now();
    say(`back: ${part.name} after ${((backAt - at) / 1000).toFixed(1)} s (process ${part.pid})`);
    strikes.push({ part: part.name, at, backAt });
  }
  return strikes;
}
