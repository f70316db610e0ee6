import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { LateRun } from '../activities/stop-found.js';
import { callerSession, mayAsk, opensSession } from '../src/core/builders.js';
import { isDirect, termsOf } from '../src/core/escalation.js';
import { makeMark } from '../src/core/mark.js';
import { waitingFor } from '../src/core/names.js';
import { awaitsPerson, type Question, type Takeover } from '../src/core/question.js';
import { type Check, QuestionBook } from '../src/core/question-book.js';
import type { Asked } from '../src/core/question-entry.js';
import {
  type Attempt,
  isFinal,
  type Outcome,
  type OutcomeError,
  type ProviderHandle,
  type RunInput,
  type RunReport,
  type RunStatus,
} from '../src/core/run.js';
import { isTerminal } from '../src/core/reading.js';
import type { SlotGrant } from '../src/core/admission.js';
import { type Change, type EnrolTask, enrolmentOf } from '../src/core/watch.js';
import { type RunActivities, runActivities } from './activities.js';
import { watcherFor } from './follow.js';

/** Starts that one execution makes at most. */
const mostStarts = 3;

const unlooked: OutcomeError = {
  code: 'start-unknown',
  message: 'The workflow was reset, and ended before it could look for what it had started before.',
  hint: 'Look at the provider, or run: npx perdure sweep',
};

/** What a run knows of itself while it goes on. */
export class RunState {
  readonly activities: RunActivities;
  readonly attempts: Attempt[] = [];
  readonly questions: QuestionBook;
  readonly startedAt = Date.now();
  /** ISO 8601: nothing of this run is older. After a reset that is the start of the execution that was reset. */
  readonly since = workflowInfo().startTime.toISOString();
  handle: ProviderHandle;
  /** Whether the call that holds the run was ended from here, by a cancel or the deadline. */
  cutOff = false;
  /** The execution that has looked for what was started before it was reset. */
  lookedIn: string | undefined;
  polls = 0;
  /** Whether the provider says that the run of the handle has ended. */
  ended = false;
  /** Whether a watcher was told of the run of the handle. */
  enrolled = false;
  /** Which of its account's watchers was told of it; undefined: none, or that of its key. */
  shard: number | undefined;
  /** Whether the run's account is known to admit: it then has to be asked. */
  limited: boolean;
  /** How it stands with the run's slot at its account. */
  slot: 'none' | 'asked' | 'held' = 'none';
  /** The leave to start that the account gave last. */
  grant: SlotGrant | undefined;
  providerStatus: string | undefined;
  /** Once the run has finished. */
  outcome: Outcome | undefined;
  /** Who has taken its browser over. */
  takeover: Takeover | undefined;
  /** The question that had no default when its deadline passed. */
  expired: Question | undefined;
  /** Whether somebody is told of its end. */
  tells = false;
  /** Marks of starts that were given up, and whose runs may still show. */
  readonly lateMarks = new Set<string>();
  private currentStatus: RunStatus = 'queued';
  private searchableStatus: RunStatus = 'queued';
  private searchableWaiting: string | undefined;
  private lastGeneration = mostStarts;

  constructor(readonly input: RunInput) {
    const { agent, key, limited = false } = input;
    this.limited = limited;
    const { workflowId } = workflowInfo();
    this.activities = runActivities(input);
    this.questions = new QuestionBook(workflowId, key);
    const { generation = 1 } = input.adopt ?? {};
    this.handle = {
      generation,
      mark: this.markOf(generation),
      sessionId: callerSession(agent),
      ownsSession: opensSession(agent),
      asks: mayAsk(agent),
    };
  }

  /** Whether a further start may be made. */
  mayStartAgain(): boolean {
    return this.handle.generation < this.lastGeneration;
  }

  /**
   * Turns to a further start, whose mark differs from those before; after a reset, from any that an execution before
   * this one may have made, seen or not.
   */
  startAgain(reset?: string): void {
    this.lateMarks.add(this.handle.mark);
    const generation =
      1 + (reset === undefined ? this.handle.generation : Math.max(this.handle.generation, mostStarts));
    if (reset !== undefined) {
      this.lookedIn = reset;
      this.lastGeneration = generation + mostStarts - 1;
    }
    this.ended = false;
    this.enrolled = false;
    const { ownsSession, asks } = this.handle;
    const sessionId = callerSession(this.input.agent);
    this.handle = { generation, mark: this.markOf(generation), sessionId, ownsSession, asks };
    this.enter('queued');
  }

  /** Takes in starts that were seen at the provider, the newest of which is the one at hand; before a reset there may have been several. */
  noteEarlier(seen: (number | undefined)[]): void {
    const last = this.attempts.at(-1);
    const generations = [...new Set(seen)].filter((each) => each !== undefined);
    if (!last || generations.length === 0) return;
    const newest = Math.max(...generations);
    this.handle = { ...this.handle, generation: newest, mark: this.markOf(newest) };
    last.generation = newest;
    const earlier = generations.filter((each) => this.attempts.every(({ generation }) => generation !== each));
    const { startedAt, error } = last;
    const attempts = earlier.map(
      (generation): Attempt => ({ generation, outcome: 'unknown', startedAt, error, notes: [] }),
    );
    this.attempts.splice(-1, 0, ...attempts.toSorted((a, b) => a.generation - b.generation));
  }

  /**
   * Notes, where this execution follows a reset and ends before it came to a start, that one before may have made some:
   * nobody has looked for them.
   */
  noteUnlooked(): boolean {
    const { runId, firstExecutionRunId } = workflowInfo();
    const known = this.attempts.some(({ outcome }) => outcome !== 'refused');
    if (runId === firstExecutionRunId || this.lookedIn === runId || known) return false;
    this.attempts.push({
      generation: this.handle.generation,
      outcome: 'unknown',
      startedAt: this.since,
      error: unlooked,
      notes: [],
    });
    for (let generation = 1; generation <= mostStarts; generation += 1) this.lateMarks.add(this.markOf(generation));
    return true;
  }

  /** The mark of a start of this run. */
  markOf(generation: number): string {
    const { deployment, key, adopt } = this.input;
    // A run that was taken up carries the mark of the workflow that started it.
    const { firstExecution = workflowInfo().firstExecutionRunId } = adopt ?? {};
    return makeMark({ deployment, key, firstExecution, generation });
  }

  get status(): RunStatus {
    return this.currentStatus;
  }

  /** Enters a status and makes it searchable; that it starts, which is soon over, only where it turns out to last. */
  enter(status: RunStatus, lasts = status !== 'starting'): void {
    // What comes late says nothing of a run that is over.
    if (isFinal(this.currentStatus)) return;
    this.currentStatus = status;
    const waiting = status === 'waiting-for-person' ? this.awaits() : undefined;
    if (!lasts || (status === this.searchableStatus && waiting === this.searchableWaiting)) return;
    this.searchableStatus = status;
    this.searchableWaiting = waiting;
    upsertSearchAttributes({
      PerdureStatus: [status],
      PerdureMark: [this.handle.mark],
      PerdureWaiting: waiting === undefined ? [] : [waiting],
    });
  }

  /** Enters the status of a run of which a question was settled: it may have asked another meanwhile. */
  goOn(): void {
    this.enter(this.questions.all().some(awaitsPerson) ? 'waiting-for-person' : 'running');
  }

  private awaits(): string {
    const direct = this.questions.all().some((question) => question.direct && awaitsPerson(question));
    return direct ? waitingFor.direct : waitingFor.person;
  }

  /** Takes in which watcher was told of it; a worker of an older build does not say. */
  noteWatcher(told: { shard?: number } | undefined): void {
    this.shard ??= told?.shard;
  }

  /** Whether a watcher has to look at it now. */
  isWatched(): boolean {
    const { runId, sessionId } = this.handle;
    return this.enrolled && !this.ended && (runId ?? sessionId) !== undefined;
  }

  /** What the watcher of this run has to be told. */
  enrolment(): EnrolTask | undefined {
    const { handle, startedAt } = this;
    const { agent, timings } = this.input;
    const { workflowId: id } = workflowInfo();
    const watcher = watcherFor(this);
    return watcher && { watcher, run: enrolmentOf({ id, agent, handle, timings, startedAt }) };
  }

  /** Takes in what a look at the provider showed. */
  note({ generation, reading, polls }: Change): void {
    if (generation !== this.handle.generation) return;
    const { state, providerStatus, sessionId, question } = reading;
    this.polls += polls;
    this.providerStatus = providerStatus;
    if (sessionId !== undefined) this.handle = { ...this.handle, sessionId };
    this.ended ||= isTerminal(state);
    if (state === 'gone') return;
    if (state === 'other') {
      const note = `The provider reported the unknown status '${providerStatus}'.`;
      const notes = this.attempts.at(-1)?.notes;
      if (!notes?.includes(note)) notes?.push(note);
      return;
    }
    this.questions.closeOpen(question?.providerId);
    if (question) this.ask({ provider: question, kind: 'agent', title: 'The agent asks' });
    if (state === 'waiting' || state === 'running') this.enter(question ? 'waiting-for-person' : 'running');
  }

  /** Asks a person; until `until` at the latest, and never beyond the deadline. */
  ask(asked: Pick<Asked, 'provider' | 'kind' | 'title'>, until = Infinity, check?: Check): void {
    const { questions: policy, timings } = this.input;
    const now = Date.now();
    // How long the agent may wait says nothing of a start that was lost.
    const terms = termsOf(
      asked.kind === 'agent' ? policy : policy && { ...policy, deadline: undefined },
      now,
      Math.min(until, this.startedAt + timings.deadline),
    );
    const direct = asked.kind === 'agent' && isDirect(policy, asked.provider.form);
    this.questions.open({ ...asked, terms, ...(direct && { direct }) }, new Date(now).toISOString(), check);
  }

  /** Takes in runs of earlier starts that showed late. */
  noteLate(late: LateRun[]): void {
    for (const { mark, generation, runId, ended } of late) {
      if (runId === this.handle.runId) continue;
      // One that would not stop is looked for once more when the run finishes.
      if (ended) this.lateMarks.delete(mark);
      else this.lateMarks.add(mark);
      const attempt = this.attempts.findLast((each) => each.generation === generation);
      if (!attempt) continue;
      attempt.lateRunId = runId;
      if (ended) attempt.fence = 'confirmed';
      attempt.notes.push(`Its run ${runId} showed late and was ${ended ? 'ended' : 'asked to stop'}.`);
    }
  }

  /** Milliseconds until the deadline. */
  remaining(): number {
    return Math.max(0, this.startedAt + this.input.timings.deadline - Date.now());
  }

  report(): RunReport {
    const { key, agent, account } = this.input;
    const { runId, sessionId, generation, liveView: sealed, mark } = this.handle;
    return {
      key,
      endpoint: agent.endpoint,
      account,
      status: this.status,
      providerStatus: this.providerStatus,
      runId,
      sessionId,
      generation,
      ...(sealed !== undefined && { liveView: { sealed, mark } }),
      ...(this.takeover && { takeover: this.takeover }),
      attempts: this.attempts,
      startedAt: new Date(this.startedAt).toISOString(),
    };
  }
}
