import type { Notice } from './notice.js';
import type { SecretRef } from './secret.js';

/** What channels are told of. */
export type NoticeType = Notice['type'];

export const noticeTypes = ['run.waiting', 'question.escalated', 'run.ended'] as const satisfies readonly NoticeType[];

/** A way to tell people and programs, as it is configured; what is secret of it stays a reference. */
export type Channel = ConsoleChannel | WebhookChannel | SlackChannel;

interface ChannelBase {
  /** Unlike any other's. */
  name: string;
  /** What it is told of. */
  events: readonly NoticeType[];
}

/** One line in the worker's log. */
interface ConsoleChannel extends ChannelBase {
  type: 'console';
}

/** A POST that is signed as Standard Webhooks says. */
interface WebhookChannel extends ChannelBase {
  type: 'webhook';
  url: string | SecretRef;
  /** What signs: `whsec_` and base64, or any other text. */
  secret: SecretRef;
}

/** An incoming webhook of Slack, or of what takes the same. */
interface SlackChannel extends ChannelBase {
  type: 'slack';
  /** Whoever has it may post there. */
  url: SecretRef;
}

/** Where the inbox is found. */
export interface InboxPlace {
  /** What links begin with. Absent: `http://<host>:<port>`. */
  url?: string;
  host?: string;
  port?: number;
}

/** Somebody, or a program, that answers. */
export interface Reviewer {
  groups: readonly string[];
  /** Whether it may answer on somebody's behalf. */
  service: boolean;
}
