import type { Reviewer } from '../core/channel.js';
import { isFor, type QuestionTerms } from '../core/question.js';

/** What is known of those who may answer, by name. */
export type Reviewers = Readonly<Record<string, Reviewer>>;

/** Whoever is at the inbox now. */
export interface Person {
  name: string;
  groups: string[];
  service: boolean;
}

/** The person of this name. */
export function personOf(name: string, reviewers: Reviewers): Person {
  const known = Object.hasOwn(reviewers, name) ? reviewers[name] : undefined;
  return { name, groups: [...(known?.groups ?? [])], service: known?.service === true };
}

/** Whether a person may answer a question. */
export function mayAnswer(question: QuestionTerms, { name, groups }: Person): boolean {
  return isFor(question, { assignee: name, groups });
}

/** Names as they stand in a sentence. */
export function inWords(names: readonly string[]): string {
  if (names.length === 0) return 'everybody';
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} and ${String(names.at(-1))}`;
}
