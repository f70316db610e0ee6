import type { HookEvent } from '../../src/simulator/hook.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import type { AnswerEvidence } from './evidence.js';
import { DirectAnswer } from './direct-answer.js';
import { Person } from './person.js';
import type { Act, Instant, PlannedRun } from './program.js';
import { resetRun } from './reset.js';
import type { Stage } from './stage.js';

/** Those who do something to one run: who cancels it, resets it, answers it, and what befalls its worker. */
export class Actors {
  readonly done: string[] = [];
  readonly answers: AnswerEvidence[] = [];
  resets = 0;
  readonly #open = new Set<Promise<void>>();
  readonly #leave: (() => void)[] = [];
  readonly #key: string;

  constructor(
    private readonly stage: Stage,
    private readonly simulator: Simulator,
    private readonly plan: PlannedRun,
    { account, key = plan.name }: { account: string; key?: string },
  ) {
    this.#key = key;
    for (const act of plan.acts) this.#prepare(act);
    const person = new Person(stage.perdure.get(key), plan, {
      now: () => simulator.clock.now(),
      answers: this.answers,
      done: this.done,
      direct: new DirectAnswer(stage, account),
    });
    this.#leave.push(stage.waiting.attend(key, () => this.#during(person.answer())));
  }

  /** Waits until nobody is in the middle of something. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.allSettled([...this.#open]);
  }

  /** From now on nobody does anything. */
  async leave(): Promise<void> {
    for (const leave of this.#leave) leave();
    await this.idle();
  }

  #prepare(act: Act): void {
    const { name } = this.plan;
    switch (act.kind) {
      case 'cancel':
        return this.#at(act.at, async () => {
          this.done.push('cancel');
          await this.stage.perdure.get(this.#key).cancel();
        });
      case 'reset':
        return this.#at(act.at, async () => {
          if (!(await resetRun(this.stage.client, this.#key, act.to))) return;
          this.resets += 1;
          this.done.push('reset');
        });
      case 'stalled-start':
      case 'lost-report':
        return this.stage.workerFaults.plan(name, act.kind, () => this.done.push(act.kind));
      case 'answer':
      case 'decide':
        return undefined;
    }
  }

  #at({ on, phase, nth }: Instant, act: () => Promise<void>): void {
    let seen = 0;
    const leave = this.simulator.when({ on, phase, text: this.plan.name }, (_: HookEvent) => {
      seen += 1;
      return seen === nth ? this.#during(act()) : undefined;
    });
    this.#leave.push(leave);
  }

  /** What fails came too late: the run had ended. */
  async #during(act: Promise<void>): Promise<void> {
    const settled = act.catch(() => undefined);
    this.#open.add(settled);
    await settled;
    this.#open.delete(settled);
  }
}
