import type { EndpointName, ProviderName } from '../core/endpoints.js';
import { type Account, openAccount } from './account.js';
import { type Behaviour, defaultBehaviour, type Limits } from './behaviour.js';
import type { SimulatorClock } from './clock.js';
import { type Fault, type FaultSource, type Occasion, StandingFault } from './fault.js';
import { Hooks } from './hook.js';
import { LedgerBook } from './ledger-book.js';
import { createRandom, type Random } from './random.js';
import { advanceRun, type Run } from './run.js';
import type { ScriptBuilder } from './script.js';
import { endSession, type Session, type SessionEnd, type SessionRules, settleSession } from './session.js';

export interface WorldOptions {
  readonly clock: SimulatorClock;
  readonly seed: number;
  readonly keys: Readonly<Record<ProviderName, readonly string[]>>;
  readonly limits: Limits;
  readonly keepReads: boolean;
  readonly tasks: readonly string[] | undefined;
  readonly agents: readonly string[] | undefined;
}

/** Everything that is at the two providers. */
export class World {
  readonly clock: SimulatorClock;
  readonly random: Random;
  readonly behaviour: Behaviour = defaultBehaviour();
  readonly hooks = new Hooks();
  readonly book: LedgerBook;
  readonly runs = new Map<string, Run>();
  readonly sessions = new Map<string, Session>();
  readonly accounts: readonly Account[];
  readonly scripts: Pick<ScriptBuilder, 'script' | 'resultOf'>[] = [];
  readonly faults = new Set<FaultSource>();
  /** Those who are told of what happens. */
  readonly webhooks = new Set<{ stop(): void }>();
  readonly startCounts = new Map<EndpointName, number>();
  /** Names of the tasks that exist; undefined: any. */
  readonly tasks: ReadonlySet<string> | undefined;
  readonly agents: ReadonlySet<string> | undefined;
  /** Names that tasks were run by. */
  readonly taskNames = new Map<string, string>();
  /** Where the server listens. */
  url = '';

  constructor(options: WorldOptions) {
    this.clock = options.clock;
    this.random = createRandom(options.seed);
    this.book = new LedgerBook(this, options.keepReads);
    this.tasks = options.tasks && new Set(options.tasks);
    this.agents = options.agents && new Set(options.agents);
    this.accounts = (['anchor', 'browserbase'] as const).flatMap((provider) =>
      options.keys[provider].map((key, index) => openAccount(provider, key, index + 1)),
    );
    this.limit(options.limits);
  }

  get now(): number {
    return this.clock.now();
  }

  /** Sets the limits of a provider's accounts; a provider that is not named keeps its own. */
  limit(limits: Limits): void {
    for (const account of this.accounts) account.limits = limits[account.provider] ?? account.limits;
  }

  addFault(fault: Fault | FaultSource): () => void {
    const source = 'choose' in fault ? fault : new StandingFault(fault, () => this.now);
    this.faults.add(source);
    return () => void this.faults.delete(source);
  }

  /** The first fault, in the order in which they were given, that hits the request. */
  faultFor(occasion: Occasion): Fault | undefined {
    for (const source of this.faults) {
      const fault = source.choose(occasion);
      if (fault) return fault;
    }
    return undefined;
  }

  /** Lets happen what was due to the run by now. */
  settle(run: Run): void {
    if (!run.session) advanceRun(run, this.now);
    if (run.session) this.settleSession(run.session);
  }

  settleSession(session: Session): void {
    settleSession(session, this.now, this.#rules(session.provider));
  }

  /** Lets happen what was due to anything of the account, or of all, by now. */
  settleAll(account?: Account): void {
    for (const each of account ? [account] : this.accounts) {
      for (const session of [...each.liveSessions]) this.settleSession(session);
      for (const run of [...each.liveRuns]) this.settle(run);
    }
  }

  endSession(session: Session, by: SessionEnd['by']): void {
    this.settleSession(session);
    endSession(session, { at: this.now, by }, this.#rules(session.provider));
  }

  #rules(provider: ProviderName): SessionRules {
    const { anchor, browserbase } = this.behaviour;
    return provider === 'anchor'
      ? { endEffect: anchor.sessionEnd, agentIsActivity: anchor.agentIsActivity }
      : { endEffect: browserbase.sessionEnd, agentIsActivity: true };
  }
}
