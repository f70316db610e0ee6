import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type ParsedNode,
} from 'yaml';
import type { Path } from '../schemas/given.js';
import type { Fault, Position } from './problem.js';

/** Bytes of a document; what is larger is not read at all. */
export const mostPlanBytes = 262_144;
const deepest = 40;
const mostFaults = 200;
const mostSyntaxFaults = 10;
const tooDeep = `expected at most ${deepest} levels of nesting, got far more`;

/** A document as it was read: its value, where each part of it stands, and what is wrong with its form. */
export interface Source {
  value: unknown;
  faults: Fault[];
  /** Whether it could not be read, so that the value says little. */
  broken: boolean;
  /** Where a path stands, or else the nearest part around it that does. */
  locate(path: Path): Position;
}

const top: Position = { line: 1, column: 1 };
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];

/** Reads YAML or JSON; throws nothing. */
export function readSource(text: string): Source {
  const bytes = Buffer.byteLength(text);
  if (bytes > mostPlanBytes) return unreadable('expected a document of at most 256 KiB, got more', tooLarge);
  try {
    return new Reader(text).read();
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return unreadable(tooDeep);
    return unreadable('it can not be read as YAML or JSON');
  }
}

const tooLarge =
  'What is large belongs into the inputs of the plan, into a batch, or into a workflow: a plan only says what to do.';

function unreadable(reason: string, hint?: string): Source {
  return { value: undefined, broken: true, faults: [{ path: [], reason, ...(hint && { hint }) }], locate: () => top };
}

/** The source that an object is; what JSON can't carry is left out of it. */
export function sourceOf(given: unknown): Omit<Source, 'locate'> & Partial<Pick<Source, 'locate'>> {
  try {
    const text = JSON.stringify(given) ?? '';
    const { locate: _, ...source } = readSource(text === '' ? 'null' : text);
    return { ...source, faults: source.faults.map(({ position: _position, ...fault }) => fault) };
  } catch {
    return { value: undefined, broken: true, faults: [{ path: [], reason: 'expected what JSON can carry' }] };
  }
}

class Reader {
  readonly #lines = new LineCounter();
  readonly #places = new Map<string, Position>();
  readonly #faults: Fault[] = [];
  /** Whether the text is no YAML, so that its value says little. */
  broken = false;

  constructor(private readonly text: string) {}

  read(): Source {
    const documents = parseAllDocuments(this.text, {
      lineCounter: this.#lines,
      uniqueKeys: true,
      prettyErrors: false,
      schema: 'core',
      merge: false,
      logLevel: 'silent',
    });
    const [first, second] = Array.isArray(documents) ? documents : [];
    if (!first || first.contents === null) this.#fault([], 'expected an object, got nothing');
    else this.#readDocument(first);
    if (second) {
      const position = this.#at(second.range?.[0]);
      this.#fault([], 'expected one document, got several', { position, hint: 'Give each plan a file of its own.' });
    }
    const value = first?.contents ? this.#valueOf(first.contents, []) : undefined;
    return { value, broken: this.broken || !first, faults: this.#faults, locate: (path) => this.#locate(path) };
  }

  #readDocument({ errors, warnings }: Document.Parsed): void {
    const told = [...errors, ...warnings].filter(
      ({ code }) => code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED',
    );
    for (const { pos, code, message } of told.toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, mostSyntaxFaults)) {
      const [reason = ''] = message.split('\n');
      // The parser calls itself for each level.
      const isDeep = reason.includes('call stack');
      const words = isDeep ? tooDeep : `not valid YAML: ${reason}`;
      this.broken = true;
      this.#fault([], words, { position: this.#at(pos[0]), ...(!isDeep && { hint: hintOf(code) }) });
      if (isDeep) return;
    }
  }

  #valueOf(node: ParsedNode | Node | null, path: Path): unknown {
    if (node === null) return null;
    this.#note(path, node);
    if (isAlias(node)) return this.#refuse(node, path, 'an alias', 'Write the value out at each place.');
    if ('anchor' in node && node.anchor !== undefined)
      this.#refuse(node, path, 'an anchor', 'Write the value out at each place.');
    if (node.tag !== undefined) this.#refuse(node, path, `the tag ${node.tag}`, 'Plans have plain values only.');
    if (path.length > deepest) return this.#refuse(node, path, `more than ${deepest} levels`, undefined);
    if (isMap(node)) return this.#object(node.items, path);
    if (isSeq(node))
      return node.items.map((item, index) => this.#valueOf(isNode(item) ? item : null, [...path, index]));
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && !Number.isFinite(value))
      return this.#refuse(node, path, 'a number that JSON lacks', undefined);
    return value;
  }

  #object(pairs: readonly Pair<unknown, unknown>[], path: Path): Record<string, unknown> {
    const fields = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? key.value : undefined;
      const keyNode = isNode(key) ? key : undefined;
      const position = this.#at(keyNode?.range?.[0]);
      if (typeof name !== 'string' || forbiddenKeys.includes(name)) {
        const given = isScalar(key) ? String(name) : 'something else';
        this.#fault(path, `bad key: expected a name that is a text, got ${given}`, { position, hint: keyCure });
        continue;
      }
      const own = [...path, name];
      if (isScalar(key) && (key.tag !== undefined || key.anchor !== undefined))
        this.#fault(own, 'bad key: a tag or an anchor stands before it', {
          position,
          hint: 'Plans have plain names only.',
        });
      if (fields.has(name)) {
        this.#fault(own, `the key '${name}' is given twice`, { position, hint: 'Keep one of the two.' });
        continue;
      }
      fields.set(name, this.#valueOf(isNode(value) ? value : null, own));
      // People look for a field where its name stands.
      this.#places.set(keyOf(own), position);
    }
    return Object.fromEntries(fields);
  }

  #refuse(node: Node, path: Path, what: string, hint: string | undefined): undefined {
    this.#fault(path, `expected a plain value, got ${what}`, {
      position: this.#at(node.range?.[0]),
      ...(hint && { hint }),
    });
    return undefined;
  }

  #fault(path: Path, reason: string, more: Partial<Fault> = {}): void {
    if (this.#faults.length < mostFaults) this.#faults.push({ path, reason, ...more });
  }

  #note(path: Path, node: Node): void {
    this.#places.set(keyOf(path), this.#at(node.range?.[0]));
  }

  #at(offset = 0): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #locate(path: Path): Position {
    for (let length = path.length; length > 0; length -= 1) {
      const position = this.#places.get(keyOf(path.slice(0, length)));
      if (position) return position;
    }
    return top;
  }
}

const keyCure = 'Put it in quotes, or name it otherwise.';

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function hintOf(code: string): string {
  if (code === 'BAD_INDENT' || code === 'TAB_AS_INDENT') return 'Indent by spaces, all fields of one object alike.';
  return 'Within braces and brackets a reference needs quotes: { url: "${inputs.url}" }.';
}
