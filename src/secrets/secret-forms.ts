/** A text that gives a secret away. */
export interface SecretForm {
  text: string;
  /** Whether the character before it also has bits of the secret: base64 that begins within a character. */
  before: boolean;
  /** The same for the character after it. */
  after: boolean;
}

/** The forms that a value takes in what programs answer: raw, in JSON, URL, HTML, base64 at any alignment, and hex. */
export function formsOf(value: string): SecretForm[] {
  const texts = new Map<string, SecretForm>();
  const add = (text: string, before = false, after = false) => {
    if (!texts.has(text)) texts.set(text, { text, before, after });
  };
  for (const spelling of spellings(value)) {
    const quoted = quote(spelling);
    for (const text of [spelling, ...jsonForms(quoted), ...urlForms(spelling), ...htmlForms(spelling)]) add(text);
    for (const bytes of new Set([spelling, quoted])) {
      const hex = Buffer.from(bytes).toString('hex');
      add(hex);
      add(hex.toUpperCase());
      for (const { text, before, after } of base64Forms(Buffer.from(bytes))) {
        add(text, before, after);
        add(text.replaceAll('+', '-').replaceAll('/', '_'), before, after);
      }
    }
  }
  return [...texts.values()];
}

/** The text as it stands in a JSON string. */
export function quote(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The value as given, as UTF-8 carries it, and as messages in one line show it. */
function spellings(value: string): Set<string> {
  const wellFormed = Buffer.from(value).toString();
  const line = wellFormed.replace(/[\s\p{Cc}]+/gu, ' ');
  // What is left of a value that is mostly space would be found in every text.
  const others = [wellFormed, wellFormed.trim(), line, line.trim()].filter((text) => text.trim().length >= 6);
  return new Set([value, ...others]);
}

function jsonForms(quoted: string): string[] {
  const ascii = escapeUnicode(quoted, /[\u007f-\uffff]/g);
  return [
    quoted,
    quote(quoted),
    ascii,
    quoted.replaceAll('/', '\\/'),
    ascii.replaceAll('/', '\\/'),
    escapeUnicode(quoted, /[<>&]/g),
    escapeUnicode(quoted, /[<>&'\u007f-\uffff]/g),
  ].flatMap((text) => [text, text.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`)]);
}

function escapeUnicode(text: string, characters: RegExp): string {
  return text.replace(characters, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What `encodeURIComponent`, `encodeURI`, RFC 3986 and forms leave as it is. */
const plainInUrls = [
  /[A-Za-z0-9\-_.!~*'()]/,
  /[A-Za-z0-9\-_.!~*'();,/?:@&=+$#]/,
  /[A-Za-z0-9\-_.~]/,
  /[A-Za-z0-9*\-._]/,
];

function urlForms(text: string): string[] {
  return plainInUrls.flatMap((plain) => {
    const upper = percentEncode(text, plain, (hex) => hex.toUpperCase());
    const lower = percentEncode(text, plain, (hex) => hex);
    return [upper, lower, upper.replaceAll('%20', '+'), lower.replaceAll('%20', '+'), upper.replaceAll('%', '%25')];
  });
}

function percentEncode(text: string, plain: RegExp, digits: (hex: string) => string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return plain.test(character) ? character : `%${digits(byte.toString(16).padStart(2, '0'))}`;
  }).join('');
}

function htmlForms(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quotes = escaped.replaceAll('"', '&quot;');
  return [escaped, quotes, ...['&#39;', '&#x27;', '&apos;'].map((apostrophe) => quotes.replaceAll("'", apostrophe))];
}

/** What base64 shows of the bytes wherever they begin within a longer text: the characters that depend on them alone. */
function base64Forms(bytes: Buffer): SecretForm[] {
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + bytes.length) * 8) / 6);
    return { text: whole.slice(from, to), before: shift > 0, after: (shift + bytes.length) % 3 !== 0 };
  });
}
