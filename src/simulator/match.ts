import type { EndpointName } from '../core/endpoints.js';
import { SimulatorError } from './error.js';

/** The five start endpoints, as scripts, faults and the ledger name them. */
const endpoints = [
  'anchor.webTask',
  'anchor.sessionAgent',
  'anchor.task',
  'anchor.namedTask',
  'browserbase.agentRun',
] as const satisfies readonly EndpointName[];

export const providers = ['anchor', 'browserbase'] as const;

/** Which starts a script is for. Without any of these: every start at its endpoint. */
export interface ScriptMatch {
  /**
   * Looked for in what the caller asked: the prompt or task; for `anchor.task` and `anchor.namedTask` the task's id or
   * name, a blank, and the inputs as JSON.
   */
  readonly text?: string | RegExp;
  /** Only the nth accepted start at that endpoint, counted from 1. */
  readonly nth?: number;
}

/** `ScriptMatch` in a form that JSON can carry. */
export interface PlainMatch {
  text?: string;
  /** A regular expression's source, with its flags in `flags`. */
  pattern?: string;
  flags?: string;
  nth?: number;
}

export function plainMatch(match: ScriptMatch): PlainMatch {
  known('match', match, ['text', 'nth']);
  if (match.nth !== undefined && !(Number.isInteger(match.nth) && match.nth > 0)) {
    throw new SimulatorError(`nth counts from 1, not ${match.nth}`);
  }
  return { ...plainText(match.text), ...(match.nth === undefined ? {} : { nth: match.nth }) };
}

export function plainText(text: string | RegExp | undefined): PlainMatch {
  if (text === undefined) return {};
  return typeof text === 'string' ? { text } : { pattern: text.source, flags: text.flags };
}

export function textMatches(match: PlainMatch, text: string | undefined): boolean {
  if (match.text !== undefined && !text?.includes(match.text)) return false;
  if (match.pattern === undefined) return true;
  return text !== undefined && new RegExp(match.pattern, match.flags?.replace(/[gy]/g, '')).test(text);
}

export function knownEndpoint(name: string): asserts name is EndpointName | '*' {
  if (name !== '*' && !(endpoints as readonly string[]).includes(name)) {
    throw new SimulatorError(`no endpoint '${name}'; there are ${endpoints.join(', ')} and '*'`);
  }
}

/** Refuses an object with a field that nobody would read. */
export function known(what: string, value: object, names: readonly string[]): void {
  const odd = Object.keys(value).find((name) => !names.includes(name));
  if (odd !== undefined) throw new SimulatorError(`unknown ${what} option '${odd}'; there are ${names.join(', ')}`);
}
