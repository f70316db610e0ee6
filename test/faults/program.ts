import type { EndpointName } from '../../src/core/endpoints.js';
import type { Effect, OnUnknownStart } from '../../src/core/run.js';
import type { BehaviourChange } from '../../src/simulator/behaviour.js';
import type { FaultKind } from '../../src/simulator/fault.js';
import type { Phase } from '../../src/simulator/hook.js';
import type { Operation } from '../../src/simulator/operation.js';
import type { Weather } from './weather.js';

/** What a seed repeats: runs, how their providers behave, and what goes wrong. Plain data, a pure function of the seed. */
export interface Program {
  seed: number;
  behaviour: BehaviourChange;
  runs: PlannedRun[];
  faults: PlannedFault[];
  weather: Weather;
  /** A workflow of a user's that asks for an approval, beside the runs. */
  approval?: PlannedApproval;
  /** A workflow of a user's, or a plan, of several steps within a budget, beside the runs. */
  job?: PlannedJob;
}

/** Steps within a budget, each of which may run at several targets. */
export interface PlannedJob {
  name: string;
  /** A plan does its steps in turn, a workflow all at once. */
  kind: 'workflow' | 'plan';
  budget: { runs: number; minutes?: number };
  /** Runs that a person adds when first asked, who then refuses; absent: nobody may raise it. */
  raise?: number;
  steps: PlannedStep[];
  /** How many of the steps, the last ones, are those of a workflow beneath. */
  beneath: number;
  /** How many files each run downloads that are saved once it has completed; absent: none are. */
  files?: number;
  /** Faults of the targets; `run` is the place of one among all targets in order. */
  faults: PlannedFault[];
  /** When the whole is cancelled, by the requests of all its runs. */
  cancel?: Instant;
}

/** A step and the runs that it may come to, one for each target; they agree in all that a step says once. */
export interface PlannedStep {
  name: string;
  targets: PlannedRun[];
}

/** An approval and how people answer it. */
export interface PlannedApproval {
  name: string;
  /** `nobody`: it expires, and the default is to refuse. */
  how: AnswerManner | 'early' | 'nobody';
  approved: boolean;
  /** Milliseconds of the provider's time. */
  deadlineMs: number;
}

/** The session that a run is to use. */
export type SessionChoice = 'own' | 'caller' | 'provider' | 'none';

/** One run and everything that is done to it. */
export interface PlannedRun {
  /** Its key, which stands in what it asks of the provider and in its session's tags; no name begins another. */
  name: string;
  endpoint: EndpointName;
  effect: Effect;
  onUnknownStart?: OnUnknownStart;
  session: SessionChoice;
  /** Whether the provider is told the mark (Browserbase). */
  marked: boolean;
  /** Milliseconds of the provider's time. */
  deadlineMs: number;
  /** Whether the caller gives a schema for the result. */
  checked: boolean;
  life: ProviderLife;
  /** Milliseconds of the provider's time that a question waits, where nobody answers in time. */
  questionMs?: number;
  acts: Act[];
}

/** How the provider lets the run live; milliseconds of its own time. */
export interface ProviderLife {
  lastsMs: number;
  ending: 'completed' | 'failed' | 'never';
  /** Whether the result is off the schema. */
  offSchema: boolean;
  listedAfterMs: number;
  /** A status text given instead of the true one for a while. */
  odd?: { status: string; fromMs: number; forMs: number };
  asks: { kind: 'text' | 'confirm' | 'fields' | 'pause'; afterMs: number }[];
}

/** An instant: the nth request of the run for an operation, at a phase. */
export interface Instant {
  on: Operation;
  phase: Phase;
  nth: number;
}

/** What somebody does to a run. */
export type Act =
  | { kind: 'cancel'; at: Instant }
  | { kind: 'reset'; to: 'before-start' | 'after-start'; at: Instant }
  /** Every question of the agent is answered in this manner. */
  | { kind: 'answer'; how: AnswerManner }
  /** The question after an unknown start is answered so; without this act nobody answers it. */
  | { kind: 'decide'; how: 'again' | 'give-up' }
  /** The worker sleeps before it sends the start, beyond the window for sending. */
  | { kind: 'stalled-start' }
  /** The worker's report on the start is lost: it comes when nobody waits for it any more. */
  | { kind: 'lost-report' };

export type AnswerManner =
  | 'plain'
  | 'same-decision-twice'
  | 'rivals'
  | 'wrong-question-first'
  | 'off-schema-first'
  /** Another answer to each question that was answered before comes with the next. */
  | 'late-again'
  /** The answer goes to the provider past Temporal. */
  | 'claimed'
  /** So too, after somebody has claimed it and was lost. */
  | 'claim-abandoned';

/** A fault of the simulator that hits requests about one run, or any of a provider's. */
export interface PlannedFault {
  kind: FaultKind;
  on: Operation;
  /** Place of the run in the program; absent: whichever run asks. */
  run?: number;
  times: number;
  after: number;
  delayMs?: number;
  status?: number;
  retryAfter?: number | 'absurd' | 'date';
  bytes?: number;
}
