import type { EndpointName } from './endpoints.js';
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

/** The workflow id of what tells a notice: the same notice is told once. */
export function noticeWorkflowId({ id }: Pick<Notice, 'id'>): string {
  return `perdure:notice:${id}`;
}
