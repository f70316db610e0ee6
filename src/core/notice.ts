import type { EndpointName } from './endpoints.js';
import { hashText } from './mark.js';
import { type Question, timesRefused } from './question.js';
import type { OutcomeError, RunStatus } from './run.js';

/** What channels are told of. No answer, result, secret or live view is in it. */
export type Notice = QuestionNotice | EndNotice;

/** A question was asked, or nobody has answered it and further people are told. */
export interface QuestionNotice {
  type: 'run.waiting' | 'question.escalated';
  /** Unlike any other's: channels and their receivers tell repeats by it. */
  id: string;
  /** ISO 8601. */
  at: string;
  /** Key of the run, or id of the workflow that asks. */
  key: string;
  questionId: string;
  /** ISO 8601: when it was asked. The same id may be asked again later. */
  askedAt: string;
  title: string;
  /** What the person reads; cut to 2,000 characters. */
  message: string;
  /** Who is told now: names of people or groups. */
  to: string[];
  /** ISO 8601. */
  deadline?: string;
}

/** A run has ended. */
export interface EndNotice {
  type: 'run.ended';
  id: string;
  at: string;
  key: string;
  endpoint: EndpointName;
  status: RunStatus;
  error?: OutcomeError;
}

/** What the workflow `notice` is started with. */
export interface NoticeTask {
  notice: Notice;
  /** Names of the channels to be told. */
  channels: string[];
}

/** What became of a notice at one channel. */
export type ChannelReport = { channel: string; told: true } | { channel: string; told: false; error: OutcomeError };

/** The id of the notice that a question is asked; another one after each answer that whoever asked has refused. */
export function askedNoticeId(question: Question): string {
  const times = timesRefused(question);
  return `${askingId(question)}/asked${times === 0 ? '' : `-${times + 1}`}`;
}

/** The id of the notice that the nth rung of a question's ladder was climbed. */
export function rungNoticeId(question: Question, nth: number): string {
  return `${askingId(question)}/rung-${nth}`;
}

/** The same after a reset that replays the asking, another where it is asked anew: the links in a notice are for one asking. */
function askingId({ id, askedAt }: Question): string {
  return `${id}/${hashText(askedAt).slice(-8)}`;
}

/** The workflow id of what tells a notice: the same notice is told once. */
export function noticeWorkflowId({ id }: Pick<Notice, 'id'>): string {
  return `perdure:notice:${id}`;
}
