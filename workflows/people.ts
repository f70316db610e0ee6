import { defineUpdate, setHandler } from '@temporalio/workflow';
import { type ClaimGrant, claimWindowAt } from '../src/core/claim.js';
import { wire } from '../src/core/names.js';
import {
  type ClaimMessage,
  isClaimMessage,
  isSettleMessage,
  isTakeoverMessage,
  type SettleMessage,
  type TakeoverMessage,
} from '../src/core/question.js';
import { refused } from './answers.js';
import type { RunState } from './run-state.js';
import { unlessLost } from './unless-lost.js';

const claimUpdate = defineUpdate<ClaimGrant | undefined, [ClaimMessage]>(wire.claim);
const settleUpdate = defineUpdate<void, [SettleMessage]>(wire.settle);
const takeoverUpdate = defineUpdate<void, [TakeoverMessage]>(wire.takeover);

/** Hears those who answer past Temporal, and those who take the browser over. */
export function listenToPeople(run: RunState): void {
  const { questions } = run;
  setHandler(claimUpdate, (message) => claim(run, message), {
    validator: (message) => {
      if (!isClaimMessage(message)) throw refused('This claims no question.');
      const reason = questions.refusalOfClaim(message);
      if (reason !== undefined) throw refused(reason);
    },
  });
  setHandler(settleUpdate, (message) => settle(run, message), {
    validator: (message) => {
      if (!isSettleMessage(message)) throw refused('This settles no claim.');
      const reason = questions.refusalOfSettle(message);
      if (reason !== undefined) throw refused(reason);
    },
  });
  setHandler(takeoverUpdate, (message) => takeOver(run, message), {
    validator: (message) => {
      if (!isTakeoverMessage(message)) throw refused('This takes nothing over.');
      const reason = refusalOfTakeover(run, message);
      if (reason !== undefined) throw refused(reason);
    },
  });
}

function claim(run: RunState, message: ClaimMessage): ClaimGrant | undefined {
  const { account, agent, timings } = run.input;
  const question = run.questions.askedAs(message.questionId);
  if (!question) return undefined;
  const now = Date.now();
  const until = run.questions.claim(message, new Date(now).toISOString(), now + claimWindowAt(timings.scale));
  const { liveView: _, ...handle } = run.handle;
  return { account, endpoint: agent.endpoint, handle, question, until: new Date(until).toISOString() };
}

async function settle(run: RunState, message: SettleMessage): Promise<void> {
  run.questions.settleClaim(message);
  if (message.state !== 'applied' && message.state !== 'gone') return;
  run.goOn();
  // It goes on now, or asks still: its watcher, which tells only what is new to it, looks soon and tells all.
  const enrolment = run.isWatched() ? run.enrolment() : undefined;
  if (enrolment) await unlessLost(run.activities.perdureEnrol(enrolment));
}

function refusalOfTakeover({ takeover, outcome }: RunState, { by, hold }: TakeoverMessage): string | undefined {
  if (outcome) return 'The run has ended.';
  if (hold && takeover && takeover.by !== by)
    return `${takeover.by} has taken this browser over, at ${takeover.since}.`;
  return hold || takeover ? undefined : 'Nobody has taken this browser over.';
}

/** Anybody may hand back what is held: who took it over may have gone home. */
function takeOver(run: RunState, { by, hold, channel }: TakeoverMessage): void {
  const { takeover: before } = run;
  if (!hold && before && before.by !== by) {
    const note = `${by} handed back, through ${channel}, the browser that ${before.by} had taken over at ${before.since}.`;
    run.attempts.at(-1)?.notes.push(note);
  }
  run.takeover = hold ? (run.takeover ?? { by, since: new Date().toISOString() }) : undefined;
}
