import { Context } from '@temporalio/activity';
import type { ErrorCode, PerdureError } from '../src/core/errors.js';
import { inOwnWords } from './failure.js';

/** What one tick learned of an account. */
export interface Weather {
  /** Whether nothing could be read, for a reason that meets all runs. */
  unreachable: boolean;
  error?: PerdureError;
  /** Milliseconds for which the provider asked not to be asked. */
  quietMs: number;
}

/** Refusals that meet every start at the account, whatever it is, and how many in a row tell that it fails for all. */
const meetsAll: Readonly<Partial<Record<ErrorCode, number>>> = {
  'account-unknown': 1,
  unauthorized: 1,
  'no-credit': 1,
  'provider-unreachable': 3,
};
/** Errors of looks that meet every run at the account; the others are of one run, or pass while the account does well. */
const meetsAllLooks: readonly ErrorCode[] = [
  'account-unknown',
  'secret-missing',
  'secret-unavailable',
  'unauthorized',
  'forbidden',
  'no-credit',
  'provider-unreachable',
  'provider-timeout',
  'provider-error',
];

/** What looks of which none could read its run tell of the account. */
export function weatherOf(errors: readonly Pick<PerdureError, 'code'>[]): { unreachable: boolean; slowed: boolean } {
  const all = errors.filter(({ code }) => meetsAllLooks.includes(code)).length;
  const refused = errors.filter(({ code }) => code === 'rate-limited').length;
  const none = errors.length === 0;
  return { unreachable: !none && all === errors.length, slowed: !none && all + refused === errors.length };
}

/** Milliseconds for which they count. */
const refusalLasts = 60_000;

/** How the accounts do that this worker uses, whichever of its activities asks: what slows one slows all. */
export class AccountHealth {
  readonly #failing = new Set<string>();
  readonly #refusals = new Map<string, { inRow: number; fails: boolean; until: number }>();
  readonly #quietUntil = new Map<string, number>();

  /** Milliseconds for which nothing is to be asked of the account. */
  quietMs(account: string): number {
    return Math.max(0, (this.#quietUntil.get(account) ?? 0) - Date.now());
  }

  /** Whether nothing can be started at the account for now: it can't be read, or has just refused what it refuses to all. */
  isFailing(account: string): boolean {
    const { fails = false, until = 0 } = this.#refusals.get(account) ?? {};
    return this.#failing.has(account) || (fails && until > Date.now());
  }

  /** Takes in how a start at the account went: the code of its refusal, or undefined when it was taken. */
  noteStart(account: string, code: ErrorCode | undefined): void {
    if (code === undefined) this.#refusals.delete(account);
    const enough = code && meetsAll[code];
    if (enough === undefined) return;
    const inRow = 1 + (this.#refusals.get(account)?.inRow ?? 0);
    this.#refusals.set(account, { inRow, fails: inRow >= enough, until: Date.now() + refusalLasts });
  }

  /** Takes a tick's experience in; says once that an account can't be read, and once that it can again. */
  note(account: string, { unreachable, error, quietMs }: Weather): void {
    if (quietMs > 0) this.#quietUntil.set(account, Date.now() + quietMs);
    const { log } = Context.current();
    if (unreachable === this.#failing.has(account)) return;
    if (unreachable) {
      this.#failing.add(account);
      const why = error ? ` ${inOwnWords(error)}` : '';
      log.warn(`${account} can't be read, and is looked at ever more rarely.${why}`);
    } else {
      this.#failing.delete(account);
      log.info(`${account} can be read again.`);
    }
  }
}
