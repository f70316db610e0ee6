import { createHash, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { KeyRing } from './key-ring.js';

/** A link by which one addressee answers one question. */
export interface Link {
  questionId: string;
  /** The question's `askedAt`: an id may be asked again, and the link is for this asking alone. */
  askedAt: string;
  /** Whom it was made for: the name of a person or group. */
  addressee: string;
  /** Epoch milliseconds; counted in whole seconds. */
  expiresAt: number;
  /** Id of the answer that is given by it, so that it can be used once. */
  decisionId: string;
}

/** Why a link does not hold. `wrong-key`: made with a key that this process does not have. */
export type LinkProblem = 'expired' | 'altered' | 'other-question' | 'wrong-key';

/** The link that a token stands for, or why it does not hold, also in words for whoever followed it. */
export type LinkVerdict = { ok: true; link: Link } | { ok: false; problem: LinkProblem; reason: string };

/** What a token is held against. */
export interface LinkTerms {
  /** The question that it has to be for. Default: any. */
  questionId?: string;
  /** Epoch milliseconds. Default: now. */
  now?: number;
}

const algorithm = 'HS256';
const action = 'answer';
const longestToken = 8192;

const reasons: Record<LinkProblem, string> = {
  expired: 'This link has expired. Ask for a new one, or answer in the inbox.',
  altered:
    'This is not a link that was sent from here, or not the whole of it. Copy it once more, or answer in the inbox.',
  'other-question': 'This link is for another question.',
  'wrong-key': 'This link was made with a key that is not in use any more. Answer in the inbox.',
};

/** The same for the same notice and addressee, so that a message which is sent twice has the same link in it. */
export function linkDecisionId(noticeId: string, addressee: string): string {
  return `link-${createHash('sha256')
    .update(JSON.stringify([noticeId, addressee]))
    .digest('base64url')}`;
}

/**
 * Signs links and tells whether they hold, with keys that are derived from those that seal: the newest signs, every key
 * of the ring verifies.
 */
export class LinkSigner {
  readonly #keys: KeyRing;
  readonly #derived = new Map<string, KeyObject>();

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** The token of a link: the same for the same link while the newest key is the same. */
  sign({ questionId, askedAt, addressee, expiresAt, decisionId }: Link): Promise<string> {
    const { id, key } = this.#keys.newest;
    return new SignJWT({ q: questionId, at: askedAt, act: action })
      .setProtectedHeader({ alg: algorithm, kid: id })
      .setSubject(addressee)
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .setJti(decisionId)
      .sign(this.#derive(id, key));
  }

  /** Tells what a token stands for. It never throws, and what it says does not hold the token. */
  async verify(token: string, { questionId, now = Date.now() }: LinkTerms = {}): Promise<LinkVerdict> {
    const id = keyIdOf(token);
    if (id === undefined) return refused('altered');
    const key = this.#keys.find(id);
    if (!key) return refused('wrong-key');
    try {
      const terms = { algorithms: [algorithm], currentDate: new Date(now), requiredClaims: ['exp', 'jti', 'sub'] };
      const { payload } = await jwtVerify(token, this.#derive(id, key), terms);
      const link = toLink(payload);
      if (!link) return refused('altered');
      if (questionId !== undefined && link.questionId !== questionId) return refused('other-question');
      return { ok: true, link };
    } catch (error) {
      return refused(error instanceof errors.JWTExpired ? 'expired' : 'altered');
    }
  }

  /** A key of its own, so that what one use shows of it is of no use for the other. */
  #derive(id: string, key: KeyObject): KeyObject {
    const known =
      this.#derived.get(id) ?? createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'perdure-link-1', 32)));
    this.#derived.set(id, known);
    return known;
  }

  toJSON(): object {
    return { keys: this.#keys };
  }
}

function keyIdOf(token: string): string | undefined {
  if (token.length > longestToken) return undefined;
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

/** The claims of a token of ours; what jose's types say of them is not checked by it. */
function toLink({ q, at, act, sub, exp, jti }: Record<string, unknown>): Link | undefined {
  if (act !== action || typeof exp !== 'number') return undefined;
  if (typeof q !== 'string' || typeof at !== 'string') return undefined;
  if (typeof sub !== 'string' || typeof jti !== 'string') return undefined;
  return { questionId: q, askedAt: at, addressee: sub, expiresAt: exp * 1000, decisionId: jti };
}

function refused(problem: LinkProblem): LinkVerdict {
  return { ok: false, problem, reason: reasons[problem] };
}
