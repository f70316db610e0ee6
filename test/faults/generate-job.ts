import type { EndpointName } from '../../src/core/endpoints.js';
import { createRandom, hash, type Random } from '../../src/simulator/random.js';
import { planFaults } from './generate-faults.js';
import { planPeople } from './generate-people.js';
import { planRun } from './generate-run.js';
import { longDeadlineMs } from './pace.js';
import type { PlannedFault, PlannedJob, PlannedRun, PlannedStep, ProviderLife } from './program.js';

/** Of all seeds. */
const share = 0.2;
const fewestSteps = 3;

const anchorEndpoints = ['anchor.webTask', 'anchor.webTask', 'anchor.task', 'anchor.sessionAgent'] as const;

/** The steps within a budget of a seed, where it has some: drawn by themselves, so that the rest stays as it is without. */
export function planJob(seed: number): PlannedJob | undefined {
  const random = createRandom(hash('job', seed));
  if (random.next() >= share) return undefined;
  const name = `s${seed}-job`;
  const kind = random.next() < 0.3 ? 'plan' : 'workflow';
  const count = fewestSteps + random.below(2);
  const steps = Array.from({ length: count }, (_, index) => planStep(random, name, 'abcd'.charAt(index)));
  const raise = random.next() < 0.3 ? random.below(2) : undefined;
  const inTurns = random.next() < 0.25;
  const files = kind === 'workflow' ? planFiles(seed) : undefined;
  return {
    name,
    kind,
    budget: { runs: 2 + random.below(3), ...(inTurns && { minutes: (1.5 * longDeadlineMs) / 60_000 }) },
    ...(raise !== undefined && { raise }),
    steps,
    beneath: kind === 'workflow' ? random.below(3) : 0,
    faults: [...planJobFaults(random, seed, steps), ...(files?.faults ?? [])],
    ...(files && { files: files.count }),
    ...(random.next() < 0.12 && { cancel: { on: 'start', phase: 'effected', nth: 1 + random.below(3) } }),
  };
}

/** Files that are saved of each run, and what befalls them: drawn by themselves, so that the rest stays as it is without. */
function planFiles(seed: number): { count: number; faults: PlannedFault[] } | undefined {
  const random = createRandom(hash('job-files', seed));
  if (random.next() < 0.4) return undefined;
  const faults = (['session.files', 'file.link', 'file.content'] as const).flatMap((on): PlannedFault[] => {
    const kind = random.pick(['5xx-before', 'reset-before', 'reply-lost', 'cut-body', 'slow'] as const) ?? 'slow';
    const details = { ...(kind === '5xx-before' && { status: 503 }), ...(kind === 'slow' && { delayMs: 1_000 }) };
    return random.next() < 0.5 ? [{ kind, on, times: 1 + random.below(2), after: random.below(2), ...details }] : [];
  });
  return { count: 1 + random.below(2), faults };
}

function planStep(random: Random, job: string, name: string): PlannedStep {
  const anchor: EndpointName = random.pick(anchorEndpoints) ?? 'anchor.webTask';
  const both: EndpointName[] = [anchor, 'browserbase.agentRun'];
  const order = random.next() < 0.6 ? both : both.toReversed();
  const targets = order.map((endpoint, index) => planRun(random, { name: `${job}-${name}${index + 1}.`, endpoint }));
  planPeople(hash(job, name), targets);
  return { name, targets: agreed(targets) };
}

/** What a step says once holds at each of its targets. Who resets a run is not the workflow that waits for it. */
function agreed(targets: readonly PlannedRun[]): PlannedRun[] {
  const [first] = targets;
  if (!first) return [];
  const { effect, onUnknownStart, deadlineMs, questionMs } = first;
  const checked = targets.some((target) => target.checked);
  return targets.map(({ onUnknownStart: _, questionMs: __, ...target }) => ({
    ...target,
    effect,
    ...(onUnknownStart && { onUnknownStart }),
    deadlineMs,
    checked,
    ...(questionMs !== undefined && { questionMs }),
    life: { ...target.life, ending: endingOf(target, first), asks: asksOf(target, first) },
    acts: target.acts.filter(({ kind }) => kind !== 'reset'),
  }));
}

/** What never ends by itself has a short deadline, which is that of its step. */
function endingOf({ life }: PlannedRun, first: PlannedRun): ProviderLife['ending'] {
  return life.ending === 'never' ? first.life.ending : life.ending;
}

/** What nobody answers has a short deadline, which is that of its step. */
function asksOf({ life, acts }: PlannedRun, first: PlannedRun): ProviderLife['asks'] {
  return first.questionMs !== undefined || acts.some(({ kind }) => kind === 'answer') ? life.asks : [];
}

/** Faults as runs have them, most of them at the first targets; and refusals, after which a write goes on elsewhere, too. */
function planJobFaults(random: Random, seed: number, steps: readonly PlannedStep[]): PlannedFault[] {
  const targets = steps.flatMap((step) => step.targets);
  const firsts = steps.flatMap((step) => step.targets.slice(0, 1));
  const place = ({ name }: PlannedRun) => targets.findIndex((target) => target.name === name);
  const faults = [
    ...planFaults(random, seed, firsts).map((fault) => ({ fault, run: firsts[fault.run ?? 0] })),
    ...planFaults(random, seed, targets).map((fault) => ({ fault, run: targets[fault.run ?? 0] })),
  ];
  const refusals = firsts.flatMap((run) => (random.next() < 0.25 ? [{ fault: refusal(random), run }] : []));
  return [...refusals, ...faults].flatMap(({ fault, run }) => (run ? [{ ...fault, run: place(run) }] : []));
}

function refusal(random: Random): PlannedFault {
  const once = random.next() < 0.7;
  const start = { on: 'start', after: 0 } as const;
  if (once) return { ...start, kind: 'status', status: random.pick([400, 402, 403, 422]), times: 1 };
  return { ...start, kind: '429', retryAfter: 1, times: 100 };
}
