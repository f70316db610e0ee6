import { PerdureError } from '../core/errors.js';
import { formsOf, quote, type SecretForm } from './secret-forms.js';

/** A secret whose value is known. */
export interface NamedSecret {
  name: string;
  value: string;
}

interface Mask extends SecretForm {
  label: string;
  /** The form as it stands in the text of a JSON document. */
  quoted: string;
}

interface Span {
  from: number;
  to: number;
  label: string;
}

const shortest = 6;
const shortestRest = 4;
const base64Character = /[A-Za-z0-9+/_-]/;
const brackets: readonly [open: string, close: string][] = [
  ['‹', '›'],
  ['«', '»'],
  ['[', ']'],
  ['{', '}'],
];

/**
 * Replaces the values of secrets by `‹secret NAME›`: as they are, and in JSON, URL, HTML, base64 and hex. The values
 * show nowhere when it is printed.
 */
export class Redactor {
  readonly #masks: readonly Mask[];
  readonly #withheld: string | undefined;

  /**
   * `unknown`: names of secrets whose values are not at hand; since they could stand anywhere, every text is withheld.
   * @throws PerdureError `secret-too-short` for a value of less than six characters.
   */
  constructor(secrets: Iterable<NamedSecret>, unknown: readonly string[] = []) {
    const known = [...secrets];
    for (const secret of known) assertMaskable(secret);
    this.#masks = masksFor(known);
    if (unknown.length > 0) this.#withheld = `withheld, since secret ${unknown.join(', ')} does not resolve`;
  }

  /** Why texts are withheld altogether; undefined when they are not. */
  get withheld(): string | undefined {
    return this.#withheld;
  }

  /** The text without values. A value that a message was cut in (`…`) counts from its first four characters on. */
  text(text: string): string {
    if (this.#withheld !== undefined) return `‹${this.#withheld}›`;
    const spans = this.#masks.flatMap((mask) => findSpans(text, mask));
    if (text.endsWith('…')) spans.push(...this.#masks.flatMap((mask) => findRest(text, mask)));
    return spans.length === 0 ? text : replaceSpans(text, spans);
  }

  /**
   * The same of every text and key in a JSON value, and of a number that is a value. What has nothing to mask comes
   * back as it is.
   */
  json<T>(value: T): T {
    if (this.#withheld !== undefined) return withhold(value, this.text('')) as T;
    return this.#mayHold(value) ? (this.#walk(value) as T) : value;
  }

  #mayHold(value: unknown): boolean {
    if (this.#masks.length === 0 || value === undefined) return false;
    const document = JSON.stringify(value);
    return document.includes('…') || this.#masks.some(({ quoted }) => document.includes(quoted));
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#masks.find(({ text }) => text === String(value))?.label ?? value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.#walk(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = new Map<string, unknown>();
    for (const [key, item] of Object.entries(value)) entries.set(unused(this.text(key), entries), this.#walk(item));
    return Object.fromEntries(entries);
  }
}

/** Keys and numbers may be values too: only the kind of the value and its list's length are kept. */
function withhold(value: unknown, label: string): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withhold(item, label));
  return label;
}

/** Whether a value is long enough to be masked without ruining what it is looked for in. */
export function isMaskable(value: string): boolean {
  return Array.from(value).length >= shortest && value.trim() !== '';
}

/** @throws PerdureError `secret-too-short`. */
export function assertMaskable({ name, value }: NamedSecret): void {
  if (isMaskable(value)) return;
  throw new PerdureError({
    code: 'secret-too-short',
    message: `The secret '${name}' has less than ${shortest} characters: masking it would ruin every result.`,
    hint: 'Use a longer secret, or give the value itself where it is none.',
  });
}

function masksFor(secrets: readonly NamedSecret[]): Mask[] {
  const forms = secrets.map(({ name, value }) => ({ name, forms: formsOf(value) }));
  const texts = forms.flatMap((secret) => secret.forms.map(({ text }) => text));
  const masks = new Map<string, Mask>();
  for (const secret of forms) {
    const label = labelFor(secret.name, texts);
    for (const form of secret.forms) {
      if (!masks.has(form.text)) masks.set(form.text, { ...form, label, quoted: quote(form.text) });
    }
  }
  return [...masks.values()];
}

/** A label that neither holds a value nor makes one together with the text around it. */
function labelFor(name: string, texts: readonly string[]): string {
  const free = brackets.filter(([open, close]) => !texts.some((text) => text.includes(open) || text.includes(close)));
  const labels = free.flatMap(([open, close]) => [`${open}secret ${name}${close}`, `${open}•${close}`]);
  return labels.find((label) => !texts.some((text) => label.includes(text))) ?? unusedCharacter(texts);
}

function unusedCharacter(texts: readonly string[]): string {
  const used = new Set(texts.join(''));
  const blocks = Array.from({ length: 256 }, (_, index) => String.fromCharCode(0x2580 + index));
  return blocks.find((character) => !used.has(character)) ?? '';
}

function findSpans(text: string, { text: form, label, before, after }: Mask): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    const from = before && isBase64(text[at - 1]) ? at - 1 : at;
    const end = at + form.length;
    const to = after && isBase64(text[end]) ? end + 1 : end;
    const last = spans.at(-1);
    if (last && from <= last.to) last.to = to;
    else spans.push({ from, to, label });
  }
  return spans;
}

/** The beginning of a value that the text was cut in. */
function findRest(text: string, { text: form, label }: Mask): Span[] {
  const end = text.length - 1;
  for (let length = Math.min(form.length - 1, end); length >= shortestRest; length -= 1) {
    if (text.startsWith(form.slice(0, length), end - length)) return [{ from: end - length, to: end, label }];
  }
  return [];
}

/** Overlapping finds are masked as one, under the name of the first and longest. */
function replaceSpans(text: string, spans: readonly Span[]): string {
  const sorted = [...spans].sort((one, other) => one.from - other.from || other.to - one.to);
  let masked = '';
  let end = 0;
  for (const { from, to, label } of sorted) {
    if (from >= end) masked += text.slice(end, from) + label;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}

function isBase64(character: string | undefined): boolean {
  return character !== undefined && base64Character.test(character);
}

function unused(key: string, entries: ReadonlyMap<string, unknown>): string {
  let name = key;
  for (let count = 2; entries.has(name); count += 1) name = `${key} (${count})`;
  return name;
}
