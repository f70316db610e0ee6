import { oneLine } from '../http/error-mapping.js';
import type { EndNotice, Notice, QuestionNotice } from '../core/notice.js';

/** A link by which one addressee answers. */
export interface AddressedLink {
  to: string;
  url: string;
}

/** A notice with where it leads to. */
export interface Letter {
  notice: Notice;
  /** The page of the question or run in the inbox, which wants a token. */
  page: string;
  /** Signed: whoever has one answers as its addressee. */
  links: readonly AddressedLink[];
}

const longestTitle = 200;

/** The page of the inbox that a notice is about. */
export function pageOf(notice: Notice, inboxUrl: string): string {
  const place =
    notice.type === 'run.ended' ? ['runs', notice.key] : (['questions', notice.questionId] satisfies [string, string]);
  return `${inboxUrl}/${place.map(encodeURIComponent).join('/')}`;
}

/** What a notice is about, in one line. */
export function titleOf(notice: Notice): string {
  return oneLine(notice.type === 'run.ended' ? endTitle(notice) : questionTitle(notice), longestTitle);
}

/** Whom it is told to, and until when there is time; nothing for an end. */
export function termsOf(notice: Notice): string {
  if (notice.type === 'run.ended') return '';
  const to = `For ${notice.to.join(', ') || 'everybody'}`;
  return oneLine(notice.deadline === undefined ? to : `${to}, until ${notice.deadline}`, 500);
}

function questionTitle({ type, title }: QuestionNotice): string {
  return type === 'question.escalated' ? `Still unanswered: ${title}` : title;
}

function endTitle({ key, status, error }: EndNotice): string {
  return `Run ${key}: ${status}${error ? ` (${error.code})` : ''}`;
}
