import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type Amounts,
  type Budget,
  BudgetBook,
  budgetKinds,
  type CarriedBudget,
  type Decision,
  type Reservation,
  isReservation,
  isSettlement,
} from '../src/core/budget.js';
import { wire } from '../src/core/names.js';
import { askPerson } from './ask-person.js';
import { budgetMemo, budgetOwnerMemo, purseProperty } from './carried-names.js';

const reserveSignal = defineSignal<[Reservation]>(wire.reserve);
const usedSignal = defineSignal<[{ id: string; used: Amounts }]>(wire.used);
const reservedSignal = defineSignal<[Decision]>(wire.reserved);
const budgetQuery = defineQuery<{ limits: Amounts; used: Amounts; left: Amounts }>(wire.budget);

/** Where what steps may use up is reserved, and told once it is used. */
interface Till {
  /** Undefined once it is reserved; else why it is not. */
  reserve(id: string, most: Amounts): Promise<string | undefined>;
  settle(id: string, used: Amounts): Promise<void>;
}

/** Decisions that came for reservations of this workflow. */
class Decisions {
  readonly #came = new Map<string, Decision>();

  take(decision: Decision): void {
    this.#came.set(decision.id, decision);
  }

  /** Waits for the decision about a reservation: why it is refused, or undefined. */
  async next(id: string): Promise<string | undefined> {
    await condition(() => this.#came.has(id));
    const { refused } = this.#came.get(id) ?? {};
    this.#came.delete(id);
    return refused;
  }
}

/** The budget of this workflow: for its own steps, and those of every workflow beneath it. */
class Purse implements Till {
  readonly #book: BudgetBook;
  readonly #decided = new Decisions();
  readonly #raise: Budget['raise'];
  #asking = false;
  #asked = 0;

  constructor({ raise, ...limits }: Budget) {
    this.#raise = raise;
    const carried = workflowInfo().memo?.[budgetMemo] as CarriedBudget | undefined;
    this.#book = new BudgetBook(limits, raise !== undefined, carried);
    setHandler(budgetQuery, () => ({ ...this.#book.totals(), left: this.#book.left() }));
    // A signal that carries something else must not wedge the workflow.
    setHandler(reserveSignal, (message) => {
      if (isReservation(message)) this.#tell(this.#book.request(message));
    });
    setHandler(usedSignal, (message) => {
      if (isSettlement(message)) this.#tell(this.#book.settle(message.id, message.used));
    });
  }

  /** What the next execution of this workflow has to know; arrow, since an interceptor takes it from here. */
  readonly carry = (): CarriedBudget => this.#book.toJSON();

  left(): Amounts {
    return this.#book.left();
  }

  async reserve(id: string, most: Amounts): Promise<string | undefined> {
    this.#tell(this.#book.request({ id, most }));
    return this.#decided.next(id);
  }

  settle(id: string, used: Amounts): Promise<void> {
    this.#tell(this.#book.settle(id, used));
    return Promise.resolve();
  }

  #tell(decisions: readonly Decision[]): void {
    for (const { from, ...decision } of decisions) {
      if (from === undefined) this.#decided.take(decision);
      // One that has ended meanwhile needs no answer.
      else
        void getExternalWorkflowHandle(from)
          .signal(reservedSignal, decision)
          .catch(() => undefined);
    }
    // Whoever is stuck first may be cancelled while others wait for the same answer.
    if (this.#raise && !this.#asking && this.#book.stuck())
      void CancellationScope.nonCancellable(() => this.#askForMore());
  }

  /** Asks people until nobody is stuck; a refusal ends the steps that wait. */
  async #askForMore(): Promise<void> {
    this.#asking = true;
    try {
      for (let stuck = this.#book.stuck(); stuck; stuck = this.#book.stuck()) {
        const raised = await this.#askOnce(stuck.id, stuck.why).catch(() => undefined);
        this.#tell(this.#book.raise(raised));
      }
    } finally {
      this.#asking = false;
    }
  }

  async #askOnce(id: string, why: string): Promise<Amounts | undefined> {
    this.#asked += 1;
    const { limits } = this.#book.totals();
    const kinds = budgetKinds.filter((kind) => limits[kind] !== undefined);
    const amounts = kinds.map((kind) => [kind, { type: 'number', title: `More ${kind}`, minimum: 0 }]);
    const verdict = await askPerson<{ approved: boolean } & Amounts>({
      ...this.#raise,
      name: this.#asked === 1 ? 'perdure.budget' : `perdure.budget-${this.#asked}`,
      title: 'Raise the budget?',
      body: `${why} It waits for: ${id}`,
      answer: {
        type: 'object',
        required: ['approved'],
        properties: { approved: { type: 'boolean', title: 'Raise it' }, ...Object.fromEntries(amounts) },
      },
      otherwise: 'refuse',
    });
    const more = Object.fromEntries(kinds.map((kind) => [kind, verdict[kind] ?? 0]));
    return verdict.approved && kinds.some((kind) => (more[kind] ?? 0) > 0) ? more : undefined;
  }
}

/** The budget of a workflow above this one. */
class DistantTill implements Till {
  readonly #decided = new Decisions();

  constructor(private readonly owner: string) {
    setHandler(reservedSignal, (decision) => this.#decided.take(decision));
  }

  async reserve(id: string, most: Amounts): Promise<string | undefined> {
    const { workflowId: from } = workflowInfo();
    try {
      await getExternalWorkflowHandle(this.owner).signal(reserveSignal, { id, most, from });
    } catch (error) {
      if (isCancellation(error)) throw error;
      return `The workflow ${this.owner}, whose budget this is part of, has ended.`;
    }
    return this.#decided.next(id);
  }

  async settle(id: string, used: Amounts): Promise<void> {
    // Where it has ended nobody counts any more.
    await getExternalWorkflowHandle(this.owner)
      .signal(usedSignal, { id, used })
      .catch(() => undefined);
  }
}

/**
 * Gives this workflow and all that it starts a budget: a step that may use up more than is left is refused before it is
 * started, with the failure `budget-exceeded`, or waits for a person who may raise it. To be called once, at the top.
 */
export function setBudget(budget: Budget): void {
  const { raise: _, ...limits } = budget;
  const unfit = Object.entries(limits).find(([, limit]) => typeof limit !== 'number' || !(limit >= 0));
  if (unfit) throw unfitBudget(`${unfit[0]}: expected a number, 0 or more`);
  if (budgetKinds.every((kind) => limits[kind] === undefined)) throw unfitBudget(`one of ${budgetKinds.join(', ')}`);
  if (purse()) throw unfitBudget('to be set once');
  Reflect.set(globalThis, purseProperty, new Purse(budget));
}

/** What this workflow's own budget has left, of the kinds that it bounds; nothing where it has none. */
export function budgetLeft(): Amounts {
  return purse()?.left() ?? {};
}

/** Where this workflow's steps are reserved: its own budget first, then that of a workflow above it. */
export function tills(): Till[] {
  const owner = workflowInfo().memo?.[budgetOwnerMemo];
  const own = purse();
  return [...(own ? [own] : []), ...(typeof owner === 'string' ? [distantTill(owner)] : [])];
}

/**
 * Does something that may cost so much, once that is reserved, and tells what it used. Throws `budget-exceeded` where it
 * may not be begun.
 */
export async function withinBudget<T>(
  id: string,
  most: Amounts | undefined,
  { run, used: usedOf }: { run: () => Promise<T>; used: (done: T) => Amounts },
): Promise<T> {
  if (!most) return run();
  const asked: Till[] = [];
  let used: Amounts = {};
  try {
    for (const till of tills()) {
      asked.push(till);
      const refused = await till.reserve(id, most);
      if (refused !== undefined) throw ApplicationFailure.nonRetryable(refused, 'budget-exceeded');
    }
    // Also where an earlier execution has begun the run: one that a reset made forgets that it was counted.
    used = most;
    const done = await run();
    used = usedOf(done);
    return done;
  } finally {
    await CancellationScope.nonCancellable(() => Promise.all(asked.map((till) => till.settle(id, used))));
  }
}

function purse(): Purse | undefined {
  const known: unknown = Reflect.get(globalThis, purseProperty);
  return known instanceof Purse ? known : undefined;
}

const distantProperty = 'perdureDistantTill';

function distantTill(owner: string): DistantTill {
  const known: unknown = Reflect.get(globalThis, distantProperty);
  if (known instanceof DistantTill) return known;
  const till = new DistantTill(owner);
  Reflect.set(globalThis, distantProperty, till);
  return till;
}

function unfitBudget(expected: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`The budget can't be used: ${expected}.`, 'bad-input');
}
