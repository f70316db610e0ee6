import type { ErrorCode } from '../core/error-codes.js';
import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';

/** What an error says about the exchange it came from. No query, header or body is in it. */
export interface Exchange {
  /** The provider's name, for people. */
  provider: string;
  account: string;
  origin: string;
  method: string;
  path: string;
}

const codesByStatus: Record<number, ErrorCode> = {
  400: 'request-rejected',
  401: 'unauthorized',
  402: 'no-credit',
  403: 'forbidden',
  404: 'task-not-found',
  405: 'request-rejected',
  406: 'request-rejected',
  409: 'provider-conflict',
  410: 'task-not-found',
  411: 'request-rejected',
  413: 'request-rejected',
  414: 'request-rejected',
  415: 'request-rejected',
  422: 'request-rejected',
  429: 'rate-limited',
  431: 'request-rejected',
  451: 'forbidden',
};

/** The code for an HTTP status that is not a success. */
function codeOfStatus(status: number): ErrorCode {
  return codesByStatus[status] ?? 'provider-error';
}

/** An answer whose status is not a success. */
export interface Refusal {
  status: number;
  body: Json | undefined;
  retryAfterMs: number | undefined;
  /** What was sent to show who asks, and may not be shown. */
  keys: readonly string[];
}

/** The error for an answer whose status is not a success. */
export function statusError(exchange: Exchange, answer: Refusal): PerdureError {
  const code = codeOfStatus(answer.status);
  const said = providerMessage(answer.body, answer.keys);
  return new PerdureError({
    code,
    message: `${exchange.provider} answered ${name(exchange)} with ${answer.status}${said === undefined ? '.' : `: ${said}`}`,
    hint: hintFor(code, exchange.account),
    status: answer.status,
    retryAfterMs: answer.retryAfterMs,
  });
}

/** Where an exchange failed without a whole answer. */
export type Failure = 'connecting' | 'exchanging' | 'time' | 'caller';

/** The error for an exchange that failed before its answer was whole. */
export function failureError(exchange: Exchange, failure: Failure, cause: unknown): PerdureError {
  const { provider, origin } = exchange;
  const reason = reasonOf(cause);
  switch (failure) {
    case 'connecting':
      return new PerdureError({
        code: 'provider-unreachable',
        message: `No connection to ${provider} at ${origin} could be opened${reason}.`,
        hint: 'Check the network, a proxy in between and the base URL of the account.',
        cause,
      });
    case 'exchanging':
      return new PerdureError({
        code: 'provider-error',
        message: `The connection to ${provider} broke during ${name(exchange)}${reason}.`,
        hint: hintFor('provider-error', exchange.account),
        cause,
      });
    case 'time':
      return new PerdureError({
        code: 'provider-timeout',
        message: `${provider} did not answer ${name(exchange)} in time.`,
        hint: hintFor('provider-timeout', exchange.account),
        cause,
      });
    case 'caller':
      return new PerdureError({
        code: 'cancelled',
        message: `The caller called off ${name(exchange)}.`,
        hint: hintFor('cancelled', exchange.account),
        cause,
      });
  }
}

/** The error for a successful answer whose body is not what was documented. */
export function malformedError(exchange: Exchange, what: string): PerdureError {
  return new PerdureError({
    code: 'provider-malformed',
    message: `${exchange.provider} answered ${name(exchange)} with something else than documented: ${what}.`,
    hint: hintFor('provider-malformed', exchange.account),
  });
}

/** The error for an answer that exceeds the limit. */
export function tooLargeError(exchange: Exchange, maxBytes: number): PerdureError {
  return new PerdureError({
    code: 'response-too-large',
    message: `${exchange.provider} answered ${name(exchange)} with more than ${maxBytes} bytes.`,
    hint: hintFor('response-too-large', exchange.account),
  });
}

/** The provider's own words, from either provider's error body, in one line of at most 300 characters, without keys. */
function providerMessage(body: Json | undefined, keys: readonly string[]): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { error, message } = body;
  const nested = typeof error === 'object' && error !== null && !Array.isArray(error) ? error.message : undefined;
  const said = [nested, message, error].find((text) => typeof text === 'string' && text.trim() !== '');
  if (typeof said !== 'string') return undefined;
  return oneLine(
    keys.reduce((text, key) => text.replaceAll(key, '‹API key›'), said),
    300,
  );
}

/** A text in one line, without control characters, cut to `length`. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

function name({ method, path }: Exchange): string {
  return `${method} ${path}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
}

const hints: Partial<Record<ErrorCode, (account: string) => string>> = {
  unauthorized: (account) => `Check the API key of the account '${account}'.`,
  forbidden: (account) => `Check what the account '${account}' may do at its provider, and its cost limit.`,
  'no-credit': (account) => `Add credit to the account '${account}' at its provider.`,
  'request-rejected': () => 'Correct what the message names; fields under `extra` are sent unchecked.',
  'task-not-found': (account) => `Check the id or name, and that it belongs to the account '${account}'.`,
  'rate-limited': (account) => `Start fewer runs at once with the account '${account}', or have its limits raised.`,
  'provider-timeout': () =>
    'It is tried again where that is safe. Look at the status page of the provider if it goes on.',
  'provider-error': () =>
    'It is tried again where that is safe. Look at the status page of the provider if it goes on.',
  'provider-malformed': (account) =>
    `Check that the base URL of the account '${account}' leads to the provider itself.`,
  'provider-conflict': () => 'Look at the run at its provider: it is in another state than was thought.',
  'response-too-large': () => 'Ask for a smaller result, such as by a schema with fewer fields.',
  cancelled: () => 'Nothing: the run was stopped, or its worker is ending.',
};

function hintFor(code: ErrorCode, account: string): string | undefined {
  return hints[code]?.(account);
}
