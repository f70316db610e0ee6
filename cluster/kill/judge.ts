import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../src/core/run.js';
import type { Ledger, RunRecord } from '../../src/simulator/index.js';
import { type PlannedRun, resultOf } from './planned-run.js';
import type { Strike } from './strikes.js';

/** What a run came to; without an outcome it did not end in time. */
export interface EndedRun {
  plan: PlannedRun;
  outcome?: Outcome;
}

/** What the ledger and the outcomes say together. */
export interface Judgement {
  runs: number;
  completed: number;
  /** `sessionAgent` runs that ended `unknown`, as they may when what held their call was killed. */
  unknown: number;
  /** Ends that are not as they have to be. */
  wrong: number;
  starts: number;
  /** Keys of which more than one run was started. */
  doubled: number;
  /** Sessions and runs that live though all has ended. */
  orphans: number;
  questions: number;
  /** Answers that reached the providers; one a question. */
  answers: number;
  violations: string[];
}

type Books = Pick<Ledger, 'runs' | 'open' | 'answers'>;

/** Compares what the runs say with what the providers really did. */
export function judge(ended: readonly EndedRun[], books: Books, strikes: readonly Strike[]): Judgement {
  const startsOf = ({ text }: PlannedRun) => books.runs.filter((record) => record.text.includes(text));
  const wrong = ended.flatMap((run) => faultOf(run, startsOf(run.plan), strikes));
  const doubled = ended.filter(({ plan }) => startsOf(plan).length > 1);
  const asking = ended.filter(({ plan }) => plan.asks);
  const questions = asking.length;
  const answers = books.answers.length;
  const status = (name: string) => ended.filter(({ outcome }) => outcome?.status === name).length;
  return {
    runs: ended.length,
    completed: status('completed'),
    unknown: status('unknown'),
    wrong: wrong.length,
    starts: books.runs.length,
    doubled: doubled.length,
    orphans: books.open.length,
    questions,
    answers,
    violations: [
      ...wrong,
      ...doubled.map(({ plan }) => `${plan.key} (${plan.endpoint}) was started ${startsOf(plan).length} times`),
      ...books.open.map(({ kind, id }) => `the ${kind} ${id} still lives`),
      ...(answers === questions ? [] : [`${questions} questions were asked, ${answers} answers reached the providers`]),
    ],
  };
}

/** What is wrong with the end of a run, in words; nothing when it is as it has to be. */
function faultOf({ plan, outcome }: EndedRun, started: readonly RunRecord[], strikes: readonly Strike[]): string[] {
  const name = `${plan.key} (${plan.endpoint})`;
  if (!outcome) return [`${name} did not end`];
  const { status, error } = outcome;
  if (status === 'completed') {
    if (!isDeepStrictEqual(outcome.result, resultOf(plan))) return [`${name} has another result than its own`];
    const ofIt =
      started.find(({ id }) => id === outcome.provider.runId) ?? (started.length === 1 ? started[0] : undefined);
    return ofIt?.state === 'completed' ? [] : [`${name} completed, which its provider does not say`];
  }
  if (status === 'unknown' && plan.endpoint === 'anchor.sessionAgent' && wasStruck(outcome, strikes)) return [];
  return [`${name} ended ${status}${error ? `: ${error.message}` : ''}`];
}

/** Whether anything that held its call was killed while it lived; the inbox holds none. */
function wasStruck({ startedAt, endedAt }: Outcome, strikes: readonly Strike[]): boolean {
  const [from, to] = [Date.parse(startedAt), Date.parse(endedAt)];
  return strikes.some(({ part, at }) => part !== 'inbox' && at >= from && at <= to);
}
