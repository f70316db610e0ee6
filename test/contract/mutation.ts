import type { EndpointName } from '../../src/core/endpoints.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import { formatPath } from '../../src/schemas/given.js';
import { factsOf, inputRows, type Row } from './facts.js';
import { buildBody, placeOf } from './generate.js';
import { only } from './sample.js';
import { toInput } from './wire-form.js';

/** An input with one fault in it, and where the fault is to be told. */
export interface Mutation {
  name: string;
  input: Json;
  /** Path of the problem. */
  at: string;
}

const absent = Symbol('absent');
const unknownName = 'no_such_field';

/** Every wrong type, missing required field, unknown field and value outside its bounds, for every row of an endpoint. */
export function mutations(endpoint: EndpointName): Mutation[] {
  const rows = inputRows(factsOf(endpoint));
  return [
    ...rows.filter(({ path }) => !path.endsWith('>')).flatMap((row) => faultsOf(rows, row)),
    ...rows.filter((row) => isClosed(rows, row)).map((row) => unknownFieldIn(rows, row)),
    { name: 'an unknown field', input: withFault(rows, '', [unknownName], true), at: `input.${unknownName}` },
  ];
}

/** A required field that Perdure can do without. */
export const relaxed: readonly { endpoint: EndpointName; path: string; reason: string }[] = [
  { endpoint: 'anchor.sessionAgent', path: 'session_id', reason: 'without it Perdure opens the session' },
];

/** A field whose absence shows elsewhere. */
const showsElsewhere: Readonly<Record<string, string>> = {
  'overrideBrowserConfiguration.proxy<Custom Proxy>.type': 'overrideBrowserConfiguration.proxy.server',
};

function faultsOf(rows: readonly Row[], row: Row): Mutation[] {
  const place = placeOf(row.path);
  const at = formatPath(['input', ...place]);
  const faults: Mutation[] = wrongValues(row).map((value) => {
    return { name: `${row.path} = ${JSON.stringify(value)}`, input: withFault(rows, row.path, place, value), at };
  });
  const input = withFault(rows, row.path, place, absent);
  const elsewhere = showsElsewhere[row.path];
  const shown = elsewhere === undefined ? at : `input.${elsewhere}`;
  if (row.required && !relaxed.some(({ path }) => path === row.path)) {
    faults.push({ name: `no ${row.path}`, input, at: shown });
  }
  return faults;
}

function wrongValues(row: Row): Json[] {
  const values: Json[] = [null, ...wrongTypes(row.type)];
  if (row.enum) values.push('no-such-value', '');
  if (row.format === 'uuid') values.push('6f1d2c3b', '');
  if (row.format === 'uri') values.push('not a uri', 'example.com');
  if (row.pattern !== undefined) values.push('a b', 'a/b', '');
  if (row.minLength !== undefined) values.push('');
  return values;
}

function wrongTypes(type: string): Json[] {
  switch (type) {
    case 'string':
      return [7, true, {}, []];
    case 'integer':
      return ['7', 1.5, true, {}];
    case 'boolean':
      return ['true', 1, {}];
    case 'array':
      return ['x', {}, 7];
    default:
      return ['x', 7, true, []];
  }
}

/** Objects whose fields are all named; maps and free objects take any. */
function isClosed(rows: readonly Row[], { path, type, additional, names }: Row): boolean {
  const hasFields = rows.some((other) => other.path.startsWith(`${path}.`) && other.path !== `${path}.*`);
  return type === 'object' && additional !== true && names === undefined && hasFields;
}

function unknownFieldIn(rows: readonly Row[], { path }: Row): Mutation {
  const place = [...placeOf(path), unknownName];
  const name = `an unknown field in ${path}`;
  return { name, input: withFault(rows, path, place, true), at: formatPath(['input', ...place]) };
}

function withFault(
  rows: readonly Row[],
  target: string,
  place: (string | number)[],
  value: Json | typeof absent,
): Json {
  const input = toInput(buildBody(rows, only(target)));
  const last = place.at(-1);
  const parent = place.slice(0, -1).reduce<Json | undefined>((inner, step) => {
    return typeof inner === 'object' && inner !== null ? (inner as JsonObject)[step] : undefined;
  }, input);
  if (typeof parent !== 'object' || parent === null || last === undefined) {
    throw new TypeError(`the sample of ${target} has no ${place.join('.')}`);
  }
  if (value === absent) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return input;
}
