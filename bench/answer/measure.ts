import { setTimeout as sleep } from 'node:timers/promises';
import { inTurns } from '../../src/core/in-turns.js';
import type { Question } from '../../src/core/question.js';
import { BenchError } from '../bench-error.js';
import type { Closing } from '../closing.js';
import type { AnswerOptions } from '../options.js';
import { waitUntil } from '../patience.js';
import { printFigures } from '../print-figures.js';
import { quantile } from '../quantile.js';
import { say } from '../say.js';
import { openStage, type Party, partyOf, type Stage } from '../stage/stage.js';
import { acceptedAt, type Answered, receipts } from './timing.js';
import { agentThatAsks, asks } from './task.js';

const provider = 'browserbase';
const name = 'answer';
const startsAtOnce = 20;
/** Milliseconds between two answers: people do not answer in step. */
const gap = 150;
const warmUps = 10;
const mostP50 = 150;
const mostP99 = 500;

/** Measures how long an answer that was accepted takes to its provider while many runs are open; the exit code. */
export async function measureAnswers({ runs, json }: AnswerOptions, closing: Closing): Promise<number> {
  const stage = await openStage(provider, [name], closing);
  const party = partyOf(stage, name);
  const worker = await stage.startWorker(party, {});
  const keys = Array.from({ length: runs + warmUps }, (_, index) => `bench/${stage.id}/${name}/${index}`);
  await stage.simulator.add(asks());
  const questions = await worker.during(askAll(stage, party, { keys, runs }));
  const answered = (await worker.during(answerAll(party, questions))).slice(warmUps);
  await sleep(1000);
  const figures = await delays(stage, answered, runs);
  printFigures(figures, json);
  const { p50Ms, p99Ms } = figures;
  return p50Ms !== null && p99Ms !== null && p50Ms <= mostP50 && p99Ms <= mostP99 ? 0 : 1;
}

/** Starts the runs, no faster than the provider receives them, and waits until enough of them have asked. */
async function askAll(
  stage: Stage,
  { perdure, account }: Party,
  { keys, runs }: { keys: readonly string[]; runs: number },
): Promise<Question[]> {
  const until = Date.now() + 180_000 + keys.length * 2000;
  const before = stage.starts();
  let started = 0;
  await inTurns(keys, startsAtOnce, async (key) => {
    const room = () => started - (stage.starts() - before) < startsAtOnce;
    await waitUntil(room, { until, every: 20, what: `${name}: the provider receives no starts` });
    started += 1;
    await perdure.start({ key, account, agent: agentThatAsks(key), effect: 'read', deadline: '2 hours' });
  });
  let waiting = 0;
  const enough = async () => {
    const query = `PerdureWaiting = 'person' AND WorkflowId STARTS_WITH 'perdure:run:bench/${stage.id}/'`;
    waiting = (await stage.temporal.client.workflow.count(query)).count;
    return waiting >= runs;
  };
  const timer = setInterval(() => say(`${name}: ${waiting} of ${keys.length} runs wait for a person`), 5000);
  try {
    await waitUntil(enough, { until, every: 500, what: `${name}: the runs do not ask` });
  } finally {
    clearInterval(timer);
  }
  return (await perdure.questions()).filter(({ kind }) => kind === 'agent');
}

async function answerAll({ perdure }: Party, questions: readonly Question[]): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const { id, key } of questions) {
    const calledAt = Date.now();
    const verdict = await perdure.answer(id, `answer to ${key}`, { by: 'bench' });
    if (!verdict.accepted) throw new BenchError(`The answer to ${key} was refused: ${verdict.reason}`);
    answered.push({ key, calledAt });
    await sleep(gap);
  }
  return answered;
}

async function delays({ temporal, simulator }: Stage, answered: readonly Answered[], openRuns: number) {
  const received = receipts(await simulator.ledger());
  const accepted = await inTurns(answered, startsAtOnce, ({ key }) => acceptedAt(temporal.client, key));
  const at = (key: string) => {
    const receipt = received.get(key);
    if (receipt === undefined) throw new BenchError(`The provider has not received the answer to ${key}.`);
    return receipt;
  };
  const fromAcceptance = answered.map(({ key }, index) => Math.max(0, at(key) - (accepted[index] ?? 0)));
  const fromCall = answered.map(({ key, calledAt }) => at(key) - calledAt);
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(fromCall, share));
  say(`${name}: from the call to the provider's receipt p50 ${p50} ms, p99 ${p99} ms`);
  return {
    openRuns,
    answers: answered.length,
    p50Ms: quantile(fromAcceptance, 0.5),
    p99Ms: quantile(fromAcceptance, 0.99),
  };
}
