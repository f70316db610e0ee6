import {
  ApplicationFailure,
  CancellationScope,
  defineQuery,
  getExternalWorkflowHandle,
  patched,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type Amounts,
  type Budget,
  BudgetBook,
  budgetKinds,
  type CarriedBudget,
  type Decision,
  isReservation,
  isSettlement,
} from '../src/core/budget.js';
import { wire } from '../src/core/names.js';
import { askPerson } from './ask-person.js';
import { budgetMemo, purseProperty } from './carried-names.js';
import { distantTills } from './distant-till.js';
import { Decisions, reservedSignal, reserveSignal, type Till, usedSignal } from './till.js';

const budgetQuery = defineQuery<{ limits: Amounts; used: Amounts; left: Amounts }>(wire.budget);

/** How often those that keep others waiting are asked whether they still run. */
const betweenChecks = '5 minutes';

/** The budget of this workflow: for its own steps, and those of every workflow beneath it. */
class Purse implements Till {
  readonly #book: BudgetBook;
  readonly #decided = new Decisions();
  readonly #raise: Budget['raise'];
  #asking = false;
  #checking = false;
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
    // Workflows beneath may wait for an answer that the execution before this one was asked for.
    if (this.#book.stuck() && patched('perdure-budget-question')) this.#tell([]);
  }

  /** What the next execution of this workflow has to know; arrow, since an interceptor takes it from here. */
  readonly carry = (): CarriedBudget => this.#book.carried();

  left(): Amounts {
    return this.#book.left();
  }

  async reserve(id: string, most: Amounts): Promise<string | undefined> {
    this.#decided.expect(id);
    this.#tell(this.#book.request({ id, most }));
    await this.#decided.came(id);
    return this.#decided.fetch(id);
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
          .signal(reservedSignal, { ...decision, by: workflowInfo().workflowId })
          .catch(() => undefined);
    }
    if (!this.#checking && this.#book.keepWaiting().length > 0)
      void CancellationScope.nonCancellable(() => this.#checkHolders());
    // Whoever is stuck first may be cancelled while others wait for the same answer.
    if (this.#raise && !this.#asking && this.#book.stuck())
      void CancellationScope.nonCancellable(() => this.#askForMore());
  }

  /** While somebody waits for what others may give back: whoever has ended without a word has used all that it held. */
  async #checkHolders(): Promise<void> {
    this.#checking = true;
    for (await sleep(betweenChecks); this.#book.keepWaiting().length > 0; await sleep(betweenChecks)) {
      for (const { id, from, most } of this.#book.keepWaiting()) {
        if (from === undefined) continue;
        const decision = { id, by: workflowInfo().workflowId };
        // Told once more that it may: only one that has ended can't be told.
        const runs = await getExternalWorkflowHandle(from)
          .signal(reservedSignal, decision)
          .then(
            () => true,
            () => false,
          );
        if (!runs) this.#tell(this.#book.settle(id, most));
      }
    }
    this.#checking = false;
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

/** Where this workflow's steps are reserved: its own budget first, then those of the workflows above it. */
export function tills(): Till[] {
  const own = purse();
  return [...(own ? [own] : []), ...distantTills()];
}

/** Something that uses a budget up. */
interface Use<T> {
  run: () => Promise<T>;
  /** What it has used. */
  used: (done: T) => Amounts;
  /** Of its timings. */
  scale: number;
  /** Among those that ask; it passes it on. */
  turn?: { pass(): void };
}

/**
 * Does something that may cost so much, once that is reserved, and tells what it used. Throws `budget-exceeded` where it
 * may not be begun.
 */
export async function withinBudget<T>(
  id: string,
  most: Amounts | undefined,
  { run, used: usedOf, scale, turn }: Use<T>,
): Promise<T> {
  if (!most) {
    turn?.pass();
    return run();
  }
  const asked: Till[] = [];
  let used: Amounts = {};
  try {
    for (const till of tills()) {
      asked.push(till);
      const decided = till.reserve(id, most, scale);
      turn?.pass();
      const refused = await decided;
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

function unfitBudget(expected: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`The budget can't be used: ${expected}.`, 'bad-input');
}
