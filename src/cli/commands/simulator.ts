import { realClock, scaledClock } from '../../simulator/index.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { aborted } from '../interruption.js';
import { openSimulator, simulatedEnv } from '../simulated.js';

/** What `perdure simulator` is given. */
export interface SimulatorCommandOptions {
  port: number;
  seed: number;
  speed: number;
}

/** Serves both simulated providers until it is interrupted. */
export async function simulator(
  { output, interruption }: CommandContext,
  { port, seed, speed }: SimulatorCommandOptions,
): Promise<number> {
  const signal = interruption.take();
  const clock = speed === 1 ? realClock() : scaledClock(speed);
  const running = await openSimulator({ port, seed, clock });
  try {
    const { url, anchorUrl, browserbaseUrl, keys } = running;
    output.note(`Simulated providers at ${url}, seed ${seed}, time × ${speed}. Use them where the worker runs:`);
    output.say(
      Object.entries(simulatedEnv(running))
        .map(([name, value]) => `export ${name}=${value}`)
        .join('\n'),
    );
    output.note('Ctrl-C ends them.');
    output.data({ url, anchorUrl, browserbaseUrl, keys });
    await aborted(signal);
    return exits.done;
  } finally {
    await running.close();
  }
}
