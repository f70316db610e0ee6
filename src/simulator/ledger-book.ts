import type { Account } from './account.js';
import type { EffectEntry, LedgerEntry, LedgerSource, RequestEntry, RunRecord, SessionRecord } from './ledger.js';
import { type Run, stepsBy } from './run.js';
import type { Session } from './session.js';
import type { World } from './world.js';

type Effect = Omit<EffectEntry, 'kind' | 'seq' | 'at' | 'provider' | 'account' | 'request'>;

/** Writes the ledger of a world and reads the lives of its runs and sessions. */
export class LedgerBook implements LedgerSource {
  readonly entries: LedgerEntry[] = [];
  readonly counts: Record<string, number> = {};
  #seq = 0;

  constructor(
    readonly world: World,
    /** Whether requests that only read are kept; they are always counted. */
    readonly keepReads: boolean,
  ) {}

  get runs(): readonly RunRecord[] {
    this.world.settleAll();
    return [...this.world.runs.values()].map((run) => runRecord(run, this.world.now));
  }

  get sessions(): readonly SessionRecord[] {
    this.world.settleAll();
    return [...this.world.sessions.values()].map(sessionRecord);
  }

  request(entry: Omit<RequestEntry, 'kind' | 'seq' | 'at'>): RequestEntry {
    const whole: RequestEntry = { kind: 'request', seq: this.#next(), at: this.world.now, ...entry };
    const name = `${entry.provider ?? 'nobody'} ${entry.operation}`;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    if (this.keepReads || entry.method !== 'GET') this.entries.push(whole);
    return whole;
  }

  effect(account: Account, request: RequestEntry, effect: Effect): void {
    const { provider, label } = account;
    const place = { seq: this.#next(), at: this.world.now };
    this.entries.push({ kind: 'effect', ...place, provider, account: label, request: request.seq, ...effect });
  }

  note(message: string, runId?: string): void {
    const place = { seq: this.#next(), at: this.world.now };
    this.entries.push({ kind: 'note', ...place, message, ...(runId === undefined ? {} : { runId }) });
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}

function runRecord(run: Run, now: number): RunRecord {
  const { id, provider, account, endpoint, text, session, end } = run;
  return {
    kind: 'run',
    id,
    provider,
    account: account.label,
    endpoint,
    text,
    ...(session ? { sessionId: session.id } : {}),
    tags: session?.tags ?? [],
    startedAt: run.createdAt,
    ...(end ? { endedAt: end.at } : {}),
    state: end?.state ?? (run.phase === 'ended' ? 'completed' : run.phase),
    steps: stepsBy(run, now),
  };
}

function sessionRecord(session: Session): SessionRecord {
  const { id, provider, account, tags, byProvider, createdAt, end } = session;
  return {
    kind: 'session',
    id,
    provider,
    account: account.label,
    tags,
    byProvider,
    startedAt: createdAt,
    ...(end ? { endedAt: end.at, endedBy: end.by } : {}),
  };
}
