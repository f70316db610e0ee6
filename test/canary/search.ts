import type { KnownSecret } from './known-secrets.js';

/** A value that was found where it must not be. */
export interface Hit {
  name: string;
  place: string;
  form: string;
  /** What stands around it. */
  excerpt: string;
}

/** Something to be searched: bytes, and what they are called. */
export interface Place {
  name: string;
  content: Buffer;
}

const around = 60;
const shortest = 6;

/** Finds a value in every form; of each form and place the first find. */
export function search({ name, value }: KnownSecret, places: readonly Place[]): Hit[] {
  const forms = formsOf(value).map(({ form, text }) => ({ form, bytes: Buffer.from(text) }));
  return places.flatMap((place) =>
    forms.flatMap(({ form, bytes }) => {
      const at = place.content.indexOf(bytes);
      if (at === -1) return [];
      const excerpt = place.content.subarray(Math.max(0, at - around), at + bytes.length + around).toString();
      return [{ name, place: place.name, form, excerpt }];
    }),
  );
}

interface Form {
  form: string;
  text: string;
}

/** What a value looks like: written independently of what masks it. */
function formsOf(value: string): Form[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const forms = [
    { form: 'raw', text: value },
    ...halves(value).map((text) => ({ form: 'half', text })),
    { form: 'JSON', text: inJson },
    { form: 'JSON', text: ascii(inJson) },
    { form: 'JSON in JSON', text: JSON.stringify(inJson).slice(1, -1) },
    { form: 'URL', text: encodeURIComponent(value) },
    { form: 'URL', text: encodeURI(value) },
    { form: 'form', text: new URLSearchParams({ '': value }).toString().slice(1) },
    { form: 'hex', text: Buffer.from(value).toString('hex') },
    { form: 'hex', text: Buffer.from(value).toString('hex').toUpperCase() },
  ];
  for (const text of new Set([value, inJson])) {
    for (const core of base64Cores(text)) {
      forms.push({ form: 'base64', text: core });
      forms.push({ form: 'base64url', text: core.replaceAll('+', '-').replaceAll('/', '_') });
    }
  }
  return forms.filter(({ text }) => text.length >= shortest);
}

/** A value that is cut, or that lies across two pages of a file, still shows one of its halves. */
function halves(value: string): string[] {
  const middle = value.length >> 1;
  return [value.slice(0, middle).trim(), value.slice(middle).trim()].filter((half) => /[0-9a-f]{6}/.test(half));
}

function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The characters of base64 that hang on the value alone, wherever it begins within a longer text. */
function base64Cores(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.from(`${'x'.repeat(shift)}${text}`);
    const whole = bytes.toString('base64');
    return whole.slice(Math.ceil((shift * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
}
