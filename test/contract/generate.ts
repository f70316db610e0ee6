import type { Json, JsonObject } from '../../src/core/json.js';
import type { Row } from './facts.js';

/** What stands for every secret: on the wire as this text, in inputs as a reference to it. */
export const secretValue = 'the-secret-itself';
export const secretName = 'CONTRACT_SECRET';

/** A schema for results, where the documents say only that it is an object. */
export const someSchema = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] };

/** Which rows a value is built from. */
export interface Choice {
  includes: (row: Row) => boolean;
  /** The form to take where there are several, by its title. */
  form?: string;
  /** Values that differ from the usual ones, by path. */
  values?: Readonly<Record<string, Json>>;
}

/** Values that satisfy what the documents say in prose only. */
const prose: readonly [RegExp, Json][] = [
  [/\.server$/, 'http://proxy.example.com:8080'],
  [/\.password$/, secretValue],
  [/^secret_values\.\*$/, secretValue],
  [/^variables\.\*\.value$/, secretValue],
  [/^secret_values$/, { PW: secretValue }],
  [/_schema$|Schema$/, someSchema],
  [/\.max_duration$/, 100_000],
  [/^async$/, true],
];

/** The whole value that these rows describe, as it goes over the wire. */
export function buildBody(rows: readonly Row[], choice: Choice): JsonObject {
  return buildFields(rows, '', choice);
}

/** The key that stands for `*` under this map. */
export function keyUnder(path: string): string {
  return path === 'inputs' ? 'ANCHOR_USER' : path === 'input_params' ? 'File Name' : 'PW';
}

/** Where a row stands in a value built here: `map.*` and `list[]` get their key, forms vanish. */
export function placeOf(path: string): (string | number)[] {
  const place: (string | number)[] = [];
  let sofar = '';
  for (const part of path.split('.')) {
    place.push(part === '*' ? keyUnder(sofar) : part.replace(/\[\]|<[^>]*>/g, ''));
    if (part.endsWith('[]')) place.push(0);
    sofar = sofar === '' ? part : `${sofar}.${part}`;
  }
  return place;
}

/** Whether one row lies on the way to another. */
export function leadsTo(ancestor: string, path: string): boolean {
  return path.startsWith(ancestor) && '.[<'.includes(path.charAt(ancestor.length));
}

/** The title of the form that a path goes through. */
export function formIn(path: string): string | undefined {
  return /<([^>]*)>/.exec(path)?.[1];
}

function build(rows: readonly Row[], row: Row, choice: Choice): Json {
  const given = choice.values?.[row.path];
  if (given !== undefined) return given;
  const forms = rows.filter(({ path }) => path.startsWith(`${row.path}<`) && path.endsWith('>'));
  const form = forms.find(({ path }) => formIn(path) === choice.form) ?? forms[0];
  if (form) return build(rows, form, choice);
  const item = rows.find(({ path }) => path === `${row.path}[]`);
  if (item) return choice.includes(item) ? [build(rows, item, choice)] : [];
  if (rows.some(({ path }) => path.startsWith(`${row.path}.`))) return buildFields(rows, row.path, choice);
  return leaf(row);
}

function buildFields(rows: readonly Row[], parent: string, choice: Choice): JsonObject {
  const fields: JsonObject = {};
  for (const row of childrenOf(rows, parent)) {
    const name = row.path.slice(parent === '' ? 0 : parent.length + 1);
    if (choice.includes(row)) fields[name === '*' ? keyUnder(parent) : name] = build(rows, row, choice);
  }
  return fields;
}

function childrenOf(rows: readonly Row[], parent: string): Row[] {
  const prefix = parent === '' ? '' : `${parent}.`;
  return rows.filter(
    ({ path }) => path !== '' && path.startsWith(prefix) && /^[^.[<]+$/.test(path.slice(prefix.length)),
  );
}

function leaf(row: Row): Json {
  const said = prose.find(([pattern]) => pattern.test(row.path));
  if (said) return said[1];
  const [first] = row.enum ?? [];
  if (first !== undefined) return first;
  if (row.format === 'uuid') return '6f1d2c3b-0a4e-4c59-8a77-0d9b1f2e3a4c';
  if (row.format === 'uri') return 'https://example.com/start';
  if (row.type === 'boolean') return row.default !== true;
  if (row.type === 'integer') return 45;
  if (row.type === 'number') return 1.5;
  return row.type === 'object' ? {} : `some-${row.path.replace(/[^A-Za-z]+/g, '-').replace(/-$/, '')}`;
}
