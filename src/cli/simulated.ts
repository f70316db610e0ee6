import { PerdureError } from '../core/errors.js';
import type { Simulator, SimulatorOptions } from '../simulator/index.js';
import { SimulatorError, startSimulator } from '../simulator/index.js';
import type { Accounts } from '../worker/index.js';

/** Starts the simulated providers. Throws `bad-input` when the port is taken. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (cause) {
    if (!(cause instanceof SimulatorError)) throw cause;
    throw new PerdureError({
      code: 'bad-input',
      message: `The simulator ${cause.message}.`,
      hint: 'Choose another port with --port; 0 takes any free one.',
      cause,
    });
  }
}

/** The variables by which a process uses simulated providers instead of the real ones. */
export function simulatedEnv({ anchorUrl, browserbaseUrl, keys }: Simulator): Record<string, string> {
  return {
    ANCHORBROWSER_BASE_URL: anchorUrl,
    ANCHORBROWSER_API_KEY: keys.anchor[0] ?? '',
    BROWSERBASE_BASE_URL: browserbaseUrl,
    BROWSERBASE_API_KEY: keys.browserbase[0] ?? '',
  };
}

/** The default accounts, at simulated providers. */
export function simulatedAccounts({ anchorUrl, browserbaseUrl, keys }: Simulator): Accounts {
  return {
    'anchor/default': { apiKey: keys.anchor[0] ?? '', baseUrl: anchorUrl },
    'browserbase/default': { apiKey: keys.browserbase[0] ?? '', baseUrl: browserbaseUrl },
  };
}

/** Words in a task by which a simulated run shows more than a quick success. */
export const cues = { ask: '(ask)', fail: '(fail)', slow: '(slow)' } as const;

/** Has simulated runs heed the cues in what they are asked. */
export function playCues(simulator: Simulator): void {
  simulator.on('*', { text: cues.ask }).lasts('10 s').asks({ message: 'Which one do you mean?', after: '3 s' });
  simulator.on('*', { text: cues.fail }).lasts('3 s').fails('The page was gone.');
  simulator.on('*', { text: cues.slow }).lasts('5 min');
}
