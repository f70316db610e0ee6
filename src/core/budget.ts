import { lostStarts, type RunEnd } from './batch.js';
import type { Duration } from './duration.js';
import type { Outcome } from './run.js';

/** What a budget counts. */
export const budgetKinds = ['money', 'steps', 'minutes', 'runs'] as const;

/** Money in the unit of the configured prices, steps of agents, minutes that runs take, or runs. */
export type BudgetKind = (typeof budgetKinds)[number];

/** Money in the unit of the configured prices, steps of agents, minutes that runs take, and runs. */
export type Amounts = { [K in BudgetKind]?: number };

/** What a workflow and everything beneath it may use up. What is left out has no bound. */
export interface Budget extends Amounts {
  /** Who may raise it once it does not allow a step. Default: nobody, and the step is refused. */
  raise?: {
    /** Names of people or groups. Default: everybody. */
    assignees?: string[];
    /** How long the step waits for them. Default 7 days. */
    deadline?: Duration;
  };
}

/** What a run may cost, known before it is started. */
export interface Cost {
  /** At most; a kind that nothing bounds is left out. */
  most: Amounts;
  /** Of one credit at the provider. */
  perCredit?: number;
  /** Of one browser hour. */
  perHour?: number;
}

/** What a run has used: what its provider says, and all that was reserved where it says nothing or may still go on. */
export function usedBy(outcome: Outcome, cost: Cost, scale: number): Amounts {
  const { usage, attempts, status, cleanup } = outcome;
  if (attempts.every((attempt) => attempt.outcome === 'refused')) return {};
  if (status === 'unknown' || !cleanup.confirmed) return cost.most;
  const elapsedMs = (Date.parse(outcome.endedAt) - Date.parse(outcome.startedAt)) / scale;
  return amountsOf({ usage, elapsedMs, lost: lostStarts(outcome) }, cost);
}

/** The same of a run of a batch, by the end that it has told. */
export function usedByEnd(end: Omit<RunEnd, 'result' | 'leftOut'>, cost: Cost, scale: number): Amounts {
  const { status, error, refused, left, lost = 0, usage = {}, startedAt, endedAt } = end;
  if (status === 'unknown' || left) return cost.most;
  if (refused || error) return {};
  return amountsOf({ usage, elapsedMs: (endedAt - startedAt) / scale, lost }, cost);
}

interface Told {
  usage: NonNullable<RunEnd['usage']>;
  elapsedMs: number;
  lost: number;
}

function amountsOf({ usage, elapsedMs, lost }: Told, { most, perCredit, perHour }: Cost): Amounts {
  const seconds = usage.seconds ?? elapsedMs / 1000;
  const credits = perCredit !== undefined && usage.credits !== undefined ? usage.credits * perCredit : undefined;
  const hours = perHour === undefined ? undefined : (seconds / 3600) * perHour;
  const told: Amounts = {
    runs: 1,
    minutes: seconds / 60,
    steps: usage.steps ?? most.steps,
    money: credits ?? hours ?? most.money,
  };
  return mapOf((kind) => (told[kind] === undefined ? undefined : told[kind] + lost * (most[kind] ?? 0)));
}

/** What many runs may cost together, each as much as it may at most; a kind that one leaves open is open. */
export function sumOfMost(costs: readonly Cost[]): Amounts {
  return mapOf((kind) =>
    costs.reduce<number | undefined>((sum, { most }) => {
      const amount = most[kind];
      return sum === undefined || amount === undefined ? undefined : sum + amount;
    }, 0),
  );
}

/** What was used in all; a kind that one does not know counts nothing there. */
export function sumOfUsed(used: readonly Amounts[]): Amounts {
  return mapOf((kind) => {
    const known = used.map((each) => each[kind]).filter((amount) => amount !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, amount) => sum + amount, 0);
  });
}

/** What came of asking for a reservation: granted where nothing is said against it. */
export interface Decision {
  id: string;
  /** The workflow that asked, where it is another one. */
  from?: string;
  /** The workflow that decided, for one that asked another. */
  by?: string;
  refused?: string;
}

/** Something that asks to be reserved. */
export interface Reservation {
  id: string;
  most: Amounts;
  from?: string;
}

/** Whether a value asks to be reserved: signals may carry anything. */
export function isReservation(value: unknown): value is Reservation {
  if (typeof value !== 'object' || value === null) return false;
  const { id, most, from }: { id?: unknown; most?: unknown; from?: unknown } = value;
  return typeof id === 'string' && isAmounts(most) && (from === undefined || typeof from === 'string');
}

/** Whether a value says what was used of a reservation: signals may carry anything. */
export function isSettlement(value: unknown): value is { id: string; used: Amounts } {
  if (typeof value !== 'object' || value === null) return false;
  const { id, used }: { id?: unknown; used?: unknown } = value;
  return typeof id === 'string' && isAmounts(used);
}

function isAmounts(value: unknown): value is Amounts {
  if (typeof value !== 'object' || value === null) return false;
  return budgetKinds.every((kind) => ['number', 'undefined'].includes(typeof Reflect.get(value, kind)));
}

/** What goes over to the next execution of the workflow. */
export interface CarriedBudget {
  used: Amounts;
  raised: Amounts;
  held: Reservation[];
  waiting: Reservation[];
}

const nothing: CarriedBudget = { used: {}, raised: {}, held: [], waiting: [] };
/** Sums of decimal fractions are off by less. */
const precision = 1e-9;

/** What of a budget is used, reserved and asked for. Plain state; every change says what it decided. */
export class BudgetBook {
  private readonly used: Amounts;
  private readonly raised: Amounts;
  private readonly held: Map<string, Reservation>;
  private waiting: Reservation[];

  /** `canBeRaised`: what does not fit waits for a person instead of being refused. */
  constructor(
    private readonly limits: Amounts,
    private readonly canBeRaised: boolean,
    carried: CarriedBudget = nothing,
  ) {
    this.used = { ...carried.used };
    this.raised = { ...carried.raised };
    this.held = new Map(carried.held.map((each) => [each.id, each]));
    this.waiting = [...carried.waiting];
  }

  /** What goes over: the workflow's own steps end with its execution, and have used all that they held for what is known. */
  carried(): CarriedBudget {
    const isOthers = ({ from }: Reservation) => from !== undefined;
    const [own, held] = [false, true].map((others) =>
      [...this.held.values()].filter((each) => isOthers(each) === others),
    );
    const used = mapOf((kind) => sumOf(kind, own ?? [], this.used[kind]));
    return { used, raised: this.raised, held: held ?? [], waiting: this.waiting.filter(isOthers) };
  }

  /** What is neither used nor reserved, of the kinds that are bounded. */
  left(): Amounts {
    return mapOf((kind) => difference(this.limit(kind), this.spent(kind)));
  }

  /** What may be used in all, and what was used so far. */
  totals(): { limits: Amounts; used: Amounts } {
    return { limits: mapOf((kind) => this.limit(kind)), used: mapOf((kind) => this.used[kind]) };
  }

  /** Asks for a reservation. It is decided now or, where others may give back what it needs, once they have. */
  request(reservation: Reservation): Decision[] {
    if (this.held.has(reservation.id)) return [decision(reservation)];
    if (this.waiting.every(({ id }) => id !== reservation.id)) this.waiting.push(reservation);
    return this.decide();
  }

  /** Ends a reservation, or the wait for one, with what was used of it. */
  settle(id: string, used: Amounts): Decision[] {
    this.waiting = this.waiting.filter((each) => each.id !== id);
    if (!this.held.delete(id)) return this.decide();
    for (const kind of budgetKinds) {
      const amount = used[kind];
      if (amount !== undefined) this.used[kind] = (this.used[kind] ?? 0) + amount;
    }
    return this.decide();
  }

  /** Those of other workflows that hold what somebody waits for. */
  keepWaiting(): Reservation[] {
    return this.waiting.length === 0 ? [] : [...this.held.values()].filter(({ from }) => from !== undefined);
  }

  /** The first that waits for more than the others could give back; undefined where there is none. */
  stuck(): (Reservation & { why: string }) | undefined {
    for (const each of this.waiting) {
      const why = this.refusal(each);
      if (why !== undefined) return { ...each, why };
    }
    return undefined;
  }

  /** Raises the budget; by nothing, what does not fit is refused. */
  raise(by: Amounts | undefined): Decision[] {
    if (by === undefined) return this.refuseStuck();
    for (const kind of budgetKinds) {
      const amount = by[kind];
      if (amount !== undefined) this.raised[kind] = (this.raised[kind] ?? 0) + amount;
    }
    return this.decide();
  }

  private decide(): Decision[] {
    const refused = this.refuseStuck(this.canBeRaised ? (each) => this.unbounded(each) : undefined);
    const granted: Decision[] = [];
    for (const next of this.waiting) {
      if (this.refusal(next) !== undefined) continue;
      // One that others keep waiting is not overtaken, or a large one would never get its turn.
      if (this.missing(next, (kind) => this.spent(kind)) !== undefined) break;
      this.held.set(next.id, next);
      granted.push(decision(next));
    }
    this.waiting = this.waiting.filter(({ id }) => !this.held.has(id));
    return [...refused, ...granted];
  }

  private refuseStuck(whyNot = (each: Reservation) => this.refusal(each)): Decision[] {
    const refused = this.waiting.flatMap((each) => {
      const why = whyNot(each);
      return why === undefined ? [] : [{ ...decision(each), refused: why }];
    });
    this.waiting = this.waiting.filter(({ id }) => refused.every((each) => each.id !== id));
    return refused;
  }

  /** Why a reservation can't be granted whatever the others give back; undefined when it can. */
  private refusal(reservation: Reservation): string | undefined {
    const unbounded = this.unbounded(reservation);
    if (unbounded !== undefined) return unbounded;
    const kind = this.missing(reservation, (each) => this.used[each] ?? 0);
    if (kind === undefined) return undefined;
    const left = round(Math.max(0, difference(this.limit(kind), this.used[kind] ?? 0) ?? 0));
    const most = round(reservation.most[kind] ?? 0);
    return `The budget has ${left} ${kind} left of ${round(this.limit(kind) ?? 0)}, and this may take ${most}.`;
  }

  private unbounded({ most }: Reservation): string | undefined {
    const kind = budgetKinds.find((each) => this.limits[each] !== undefined && most[each] === undefined);
    return kind && `The budget bounds ${kind}, and nothing says how much this may take at most: ${cures[kind]}.`;
  }

  private missing({ most }: Reservation, spent: (kind: BudgetKind) => number): BudgetKind | undefined {
    return budgetKinds.find((kind) => {
      const limit = this.limit(kind);
      return limit !== undefined && spent(kind) + (most[kind] ?? 0) > limit + precision;
    });
  }

  private limit(kind: BudgetKind): number | undefined {
    const limit = this.limits[kind];
    return limit === undefined ? undefined : limit + (this.raised[kind] ?? 0);
  }

  private spent(kind: BudgetKind): number {
    return sumOf(kind, [...this.held.values()], this.used[kind]);
  }
}

function decision({ id, from }: Reservation): Decision {
  return { id, ...(from !== undefined && { from }) };
}

const cures: Record<BudgetKind, string> = {
  money: "give the step reserve: { money }, or the worker's configuration prices",
  steps: 'give the agent max_steps, or the step reserve: { steps }',
  minutes: 'give the step a deadline',
  runs: 'give the step reserve: { runs }',
};

function mapOf(amount: (kind: BudgetKind) => number | undefined): Amounts {
  const entries = budgetKinds.map((kind) => [kind, amount(kind)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function sumOf(kind: BudgetKind, held: readonly Reservation[], used = 0): number {
  return held.reduce((sum, { most }) => sum + (most[kind] ?? 0), used);
}

function difference(limit: number | undefined, spent: number): number | undefined {
  return limit === undefined ? undefined : limit - spent;
}

function round(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}
