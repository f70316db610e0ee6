import type { Duration } from '../core/duration.js';
import type { ControlLedger, ControlScripts, ControlState } from './control.js';
import { SimulatorError } from './error.js';
import type { Fault } from './fault.js';
import { Ledger } from './ledger.js';
import { plainText } from './match.js';
import { ScriptBuilder } from './script.js';

/** A simulator in another process. */
export interface RemoteSimulator {
  readonly url: string;
  /** What to use as Anchor's base URL. */
  readonly anchorUrl: string;
  /** What to use as Browserbase's base URL. */
  readonly browserbaseUrl: string;
  /** Tells it scripts made by `script(…)`, and faults. A script whose result is a function can't be told. */
  add(...given: readonly (ScriptBuilder | Fault)[]): Promise<void>;
  /** Tells it anything else that it takes. */
  tell(what: ControlScripts): Promise<void>;
  /** Moves its clock ahead; gives its time, milliseconds since 1970. */
  advance(by: Duration): Promise<number>;
  /** Its time, runs, sessions and counts of requests. */
  state(): Promise<ControlState>;
  /** Its ledger as it stands now. */
  ledger(): Promise<Ledger>;
}

/** Drives a simulator in another process by its address. A refusal is a `SimulatorError`. */
export function connectSimulator(url: string): RemoteSimulator {
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}/__simulator/${path}`, init);
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new SimulatorError(`${method} ${path}: ${(answer as { error?: string }).error ?? response.status}`);
  };
  const tell = async (what: ControlScripts): Promise<void> => void (await call('POST', 'scripts', what));
  const state = async () => (await call('GET', 'state')) as ControlState;
  return {
    url,
    anchorUrl: `${url}/anchor`,
    browserbaseUrl: `${url}/browserbase`,
    add: async (...given) => tell(plain(given)),
    tell,
    advance: async (by) => ((await call('POST', 'clock', { advance: by })) as { now: number }).now,
    state,
    async ledger() {
      const { entries } = (await call('GET', 'ledger')) as ControlLedger;
      const { runs, sessions, counts } = await state();
      return new Ledger({ entries: entries, runs, sessions, counts });
    },
  };
}

function plain(given: readonly (ScriptBuilder | Fault)[]): ControlScripts {
  const builders = given.filter((each) => each instanceof ScriptBuilder);
  if (builders.some((builder) => builder.resultOf))
    throw new SimulatorError('a function can not be told to a remote simulator');
  const faults = given.filter((each): each is Fault => !(each instanceof ScriptBuilder));
  return {
    scripts: builders.map((builder) => builder.script),
    faults: [...faults, ...builders.flatMap((builder) => builder.faults)].map(plainFault),
  };
}

/** A regular expression can't be JSON, so its parts are sent. */
function plainFault({ text, ...rest }: Fault): Fault {
  return { ...rest, ...(plainText(text) as Pick<Fault, 'text'>) };
}
