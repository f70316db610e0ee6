import type { StartOptions } from '../../src/client/perdure.js';
import type { EndpointName } from '../../src/core/endpoints.js';
import type { FinalStatus } from '../../src/core/run.js';
import type { Fault } from '../../src/simulator/fault.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { type AgentWishes, endpoints } from './agents.js';

/** One run, and what its provider may say. */
export interface Act {
  endpoint: EndpointName;
  /** Stands in all that is asked, so that faults and scripts hit this run alone. */
  text: string;
  /** Each value of the run in each disguise. */
  words: readonly string[];
}

/** A way in which a provider repeats what it was given. */
export interface Scenario extends AgentWishes {
  name: string;
  endpoints: readonly EndpointName[];
  /** The states that the run may end in. */
  ends: readonly FinalStatus[];
  options?: Partial<StartOptions>;
  arrange: (simulator: Simulator, act: Act) => void;
}

const anchorEndpoints = endpoints.filter((endpoint) => endpoint.startsWith('anchor.'));
const asking = endpoints.filter((endpoint) => endpoint !== 'anchor.namedTask');
const followed = endpoints.filter((endpoint) => endpoint !== 'anchor.sessionAgent');

const refusals: readonly Scenario[] = [400, 401, 402].map((status, index) => ({
  name: `refused-${status}`,
  endpoints,
  ends: ['failed'],
  arrange: (simulator, act) =>
    void simulator.fault({ kind: 'status', on: 'start', text: act.text, status, message: cut(act.words, index) }),
}));

/** Runs whose end, or refusal, repeats the values. */
const ends: readonly Scenario[] = [
  { name: 'result', endpoints, ends: ['completed'], arrange: (simulator, act) => returns(simulator, act) },
  {
    name: 'unfit-result',
    endpoints,
    ends: ['failed'],
    options: { result: { type: 'object', required: ['missing'], additionalProperties: false } },
    arrange: (simulator, act) => returns(simulator, act),
  },
  {
    name: 'failed',
    endpoints,
    // The call that blocks fails by a 500, which proves nothing.
    ends: ['failed', 'unknown'],
    arrange: (simulator, { endpoint, text, words }) =>
      void simulator.on(endpoint, { text }).fails(words.toReversed().join(' ')),
  },
  {
    name: 'session-refused',
    endpoints: anchorEndpoints,
    ends: ['failed'],
    arrange: (simulator, act) => {
      repeat(simulator, act, { kind: '5xx-before', on: 'session.create' });
      const refusal = { kind: 'status', on: 'session.create', status: 402 } as const;
      simulator.fault({ ...refusal, text: act.text, message: cut(act.words, 0) });
    },
  },
  {
    name: 'missing-secret',
    endpoints,
    ends: ['failed'],
    lacks: true,
    arrange: (simulator, act) => returns(simulator, act),
  },
];

/** Runs on whose way the values are repeated. */
const ways: readonly Scenario[] = [
  {
    name: 'start-lost',
    endpoints,
    ends: ['unknown', 'failed', 'completed'],
    options: { effect: 'read', onUnknownStart: 'fail' },
    arrange: (simulator, act) => {
      const { text, words } = act;
      simulator.fault({ kind: '5xx-after', on: 'start', text, message: cut(words, 3) });
      simulator.fault({ kind: '5xx-before', on: 'list', text, times: 2, message: cut(words, 4) });
      simulator.fault({ kind: '5xx-before', on: 'session.end', text, times: 2, message: cut(words, 5) });
      returns(simulator, act);
    },
  },
  {
    name: 'looks',
    endpoints: followed,
    ends: ['completed'],
    arrange: (simulator, act) => {
      repeat(simulator, act, { kind: '5xx-before', on: 'status' });
      simulator.fault({ kind: 'status', on: 'status', text: act.text, status: 400, message: cut(act.words, 6) });
      simulator.fault({ kind: '5xx-before', on: 'session.end', text: act.text, message: cut(act.words, 7) });
      returns(simulator, act);
    },
  },
  {
    name: 'odd-status',
    endpoints: followed,
    ends: ['completed'],
    arrange: (simulator, act) => {
      const { endpoint, text, words } = act;
      const script = simulator.on(endpoint, { text }).lasts('30 s');
      for (const [index, word] of words.slice(0, 4).entries()) {
        script.reports(`odd ${word}`, { from: 1000 + index * 4000, lasting: 4000 });
      }
      returns(simulator, act);
    },
  },
  ...['asks', 'answer-refused'].map((name): Scenario => {
    return {
      name,
      endpoints: asking,
      ends: ['completed'],
      asks: true,
      arrange: (simulator, act) => {
        ask(simulator, act);
        if (name === 'answer-refused') {
          const { text, words } = act;
          simulator.fault({ kind: '5xx-before', on: 'answer', text, message: cut(words, 8) });
          simulator.fault({ kind: 'status', on: 'answer', text, status: 400, message: cut(words, 9) });
        }
        returns(simulator, act);
      },
    };
  }),
];

/** Runs that live alone at their accounts, so that nothing at all of these can be read for a while. */
export const unreadable: Scenario = {
  name: 'unreadable',
  endpoints: followed,
  ends: ['completed'],
  arrange: (simulator, act) => {
    repeat(simulator, act, { kind: '5xx-before', on: 'status' });
    returns(simulator, act);
  },
};

/** Runs that go on until their workers have crashed. */
export const crashing: Scenario = {
  name: 'crashing',
  endpoints,
  ends: ['cancelled', 'unknown', 'failed'],
  options: { effect: 'read', onUnknownStart: 'again' },
  arrange: (simulator, { endpoint, text }) => void simulator.on(endpoint, { text }).neverEnds(),
};

/** The ways in which values are repeated while a worker lives. */
export const scenarios: readonly Scenario[] = [...ends, ...refusals, ...ways];

function returns(simulator: Simulator, { endpoint, text, words }: Act): void {
  const said = Object.fromEntries(words.map((word) => [word, `Used ${word}.`]));
  simulator.on(endpoint, { text }).returns({ said, list: [...words], note: words.join(', ') });
}

function ask(simulator: Simulator, { endpoint, text, words }: Act): void {
  const message = words.join(' or ');
  const script = simulator.on(endpoint, { text });
  if (endpoint === 'browserbase.agentRun') {
    script.asks({ message });
    return;
  }
  const [description, placeholder, defaultValue] = words;
  script.asks({
    kind: 'fields',
    message,
    fields: [{ name: 'code', label: message, description, placeholder, defaultValue }],
  });
}

/** One failed request after the other, each with other words. */
function repeat(simulator: Simulator, { text, words }: Act, fault: Fault): void {
  for (let index = 0; index < 4; index += 1) simulator.fault({ ...fault, text, message: cut(words, index) });
}

/** Some of the words, beginning with another one at each turn: messages are cut, and all words are to be at their front once. */
function cut(words: readonly string[], turn: number): string {
  const from = (turn * 3) % Math.max(1, words.length);
  return [...words.slice(from), ...words.slice(0, from)].join(' ');
}
