import { proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import { askedNoticeId, type Notice, type QuestionNotice, rungNoticeId } from '../src/core/notice.js';
import type { Question } from '../src/core/question.js';
import { hashText } from '../src/core/mark.js';
import type { RunState } from './run-state.js';

/** It only hands the notice on: what a channel does with it is none of the asker's business. */
const { perdureNotify } = proxyLocalActivities<PerdureActivities>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds', maximumAttempts: 5 },
});

/** Characters of a question that a notice carries. */
const longestMessage = 2000;

/** Tells those who may answer that they are asked; once more where an answer was refused by whoever asked. */
export function tellAsked(question: Question, taskQueue: string): Promise<void> {
  return tell(noticeOf(question, 'run.waiting', question.assignees, askedNoticeId(question)), taskQueue);
}

/** Tells further people, since nobody has answered. */
export function tellEscalated(
  question: Question,
  rung: { to: string[]; nth: number },
  taskQueue: string,
): Promise<void> {
  return tell(noticeOf(question, 'question.escalated', rung.to, rungNoticeId(question, rung.nth)), taskQueue);
}

/** Tells that the run has ended. */
export function tellEnd({ input, outcome }: RunState): Promise<void> {
  if (!outcome) return Promise.resolve();
  const { key, agent, taskQueue } = input;
  const { status, error, endedAt: at } = outcome;
  const { workflowId } = workflowInfo();
  const id = `${workflowId}/${execution()}/ended`;
  const { endpoint } = agent;
  return tell({ type: 'run.ended', id, at, key, endpoint, status, ...(error && { error }) }, taskQueue);
}

function noticeOf(question: Question, type: QuestionNotice['type'], to: string[], id: string): QuestionNotice {
  const { id: questionId, askedAt, key, title, message, deadline } = question;
  const cut = message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message;
  const at = new Date().toISOString();
  return { type, id, at, key, questionId, askedAt, title, message: cut, to: [...to], ...(deadline && { deadline }) };
}

/** The same after a reset, so that nobody is told twice of the same. */
function execution(): string {
  return hashText(workflowInfo().firstExecutionRunId).slice(-8);
}

/** Nothing that befalls a notice is to hold up who asks. */
async function tell(notice: Notice, taskQueue: string): Promise<void> {
  try {
    await perdureNotify({ notice, taskQueue });
  } catch {
    return;
  }
}
