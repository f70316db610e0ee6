import { PerdureError } from '../core/errors.js';

/** A person or service, and what it shows to say so. */
export interface NamedToken {
  name: string;
  token: string;
}

const namePattern = /^[\p{L}\p{N}._@+-]{1,64}$/u;
const tokenPattern = /^[\x21-\x7e]{16,500}$/;

/** Who may use the inbox, each by a token. Only the names show when it is printed. */
export class InboxTokens {
  readonly #tokens: readonly NamedToken[];

  constructor(tokens: readonly NamedToken[]) {
    this.#tokens = tokens;
  }

  get names(): string[] {
    return this.#tokens.map(({ name }) => name);
  }

  /** The tokens themselves, for whoever compares them. */
  reveal(): readonly NamedToken[] {
    return this.#tokens;
  }

  toJSON(): { names: string[] } {
    return { names: this.names };
  }
}

/**
 * Reads a list of `name:token` with commas or white space in between; a token has at least 16 characters.
 * @throws PerdureError `config-invalid` naming where the list stands and which entry is wrong, never a token.
 */
export function parseTokens(text: string, from: string): InboxTokens {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const tokens = entries.map((entry, index) => parseToken(entry, `entry ${index + 1} of ${from}`));
  if (tokens.length === 0) throw invalid(`${from} has no token`);
  refuseTwice(tokens, from);
  return new InboxTokens(tokens);
}

function parseToken(entry: string, place: string): NamedToken {
  const colon = entry.indexOf(':');
  if (colon === -1) throw invalid(`${place} is not of the form name:token`);
  const name = entry.slice(0, colon);
  const token = entry.slice(colon + 1);
  if (!namePattern.test(name)) throw invalid(`the name in ${place} is not 1 to 64 letters, digits or . _ @ + -`);
  if (!tokenPattern.test(token)) throw invalid(`the token of '${name}' in ${place} has not 16 to 500 plain characters`);
  return { name, token };
}

function refuseTwice(tokens: readonly NamedToken[], from: string): void {
  for (const [index, { name, token }] of tokens.entries()) {
    const before = tokens.slice(0, index);
    if (before.some((other) => other.name === name)) throw invalid(`${from} has the name '${name}' twice`);
    const same = before.find((other) => other.token === token);
    if (same) throw invalid(`'${same.name}' and '${name}' have the same token in ${from}`);
  }
}

function invalid(problem: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `Of the inbox's tokens, ${problem}.`,
    hint: 'Write a list of name:token, one for each person or service; make a token with: openssl rand -hex 24',
  });
}
