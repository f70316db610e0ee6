import { endpointFlags, type EndpointName } from '../../src/core/endpoints.js';
import type { Effect } from '../../src/core/run.js';
import type { Random } from '../../src/simulator/random.js';
import { planActs } from './generate-acts.js';
import { longDeadlineMs } from './pace.js';
import type { PlannedRun, ProviderLife, SessionChoice } from './program.js';

/** Only what may be done twice is started again unasked. */
function onUnknown(random: Random, effect: Effect): Pick<PlannedRun, 'onUnknownStart'> {
  const onUnknownStart = random.pick(['again', 'ask', 'fail'] as const);
  return effect === 'write' && onUnknownStart === 'again' ? {} : { onUnknownStart };
}

/** A run at an endpoint, how its provider lets it live, and what is done to it. */
export function planRun(random: Random, { name, endpoint }: Pick<PlannedRun, 'name' | 'endpoint'>): PlannedRun {
  const chance = (share: number) => random.next() < share;
  const effect = chance(0.5) ? 'read' : 'write';
  const session = planSession(random, endpoint);
  const life = planLife(random, endpoint, session);
  const short = chance(0.15);
  const run: PlannedRun = {
    name,
    endpoint,
    effect,
    ...(chance(0.3) && onUnknown(random, effect)),
    session,
    marked: endpoint !== 'browserbase.agentRun' || !chance(0.1),
    deadlineMs: short ? 40_000 : longDeadlineMs,
    checked: life.offSchema || chance(0.3),
    life,
    acts: [],
  };
  // What never ends by itself is ended by its deadline.
  if (life.ending === 'never') run.deadlineMs = 100_000;
  run.acts = planActs(random, run, short || life.ending === 'never');
  return run;
}

function planSession(random: Random, endpoint: EndpointName): SessionChoice {
  if (!endpointFlags[endpoint].ownsSession) return 'none';
  const dice = random.next();
  if (dice < 0.12) return 'caller';
  return dice < 0.22 && endpoint !== 'anchor.sessionAgent' ? 'provider' : 'own';
}

function planLife(random: Random, endpoint: EndpointName, session: SessionChoice): ProviderLife {
  const dice = random.next();
  const lastsMs = 5_000 + random.below(25_000);
  const asks = session !== 'provider' && endpointFlags[endpoint].canAsk !== 'none' && random.next() < 0.35;
  return {
    lastsMs,
    ending: dice < 0.75 ? 'completed' : dice < 0.85 ? 'failed' : 'never',
    offSchema: dice > 0.65 && dice < 0.75,
    listedAfterMs: random.next() < 0.2 ? (random.pick([3_000, 12_000]) ?? 0) : 0,
    ...(random.next() < 0.15 && { odd: planOdd(random, lastsMs) }),
    asks: asks ? planQuestions(random, endpoint) : [],
  };
}

/** A status never heard of, or one that says that the run goes on after its end was told. */
function planOdd(random: Random, lastsMs: number): ProviderLife['odd'] {
  if (random.next() < 0.5) return { status: 'rebalancing', fromMs: 1_000, forMs: 5_000 };
  return { status: 'running', fromMs: lastsMs + 3_000, forMs: 4_000 };
}

function planQuestions(random: Random, endpoint: EndpointName): ProviderLife['asks'] {
  const kinds = endpoint === 'browserbase.agentRun' ? (['pause'] as const) : (['text', 'confirm', 'fields'] as const);
  const count = 1 + random.below(2);
  return Array.from({ length: count }, (_, index) => ({
    kind: random.pick(kinds) ?? 'text',
    afterMs: 2_000 + index * 1_000,
  }));
}
