import type { Json, JsonObject } from '../../src/core/json.js';
import type { Row } from './facts.js';

/** A field of an answer, with the row that describes it. */
export interface FoundField {
  row: Row;
  value: Json;
}

/** An answer read by its rows: the fields that are there, and what does not fit. */
export function readByRows(rows: readonly Row[], body: Json): { fields: FoundField[]; faults: string[] } {
  const fields: FoundField[] = [];
  const faults: string[] = [];
  const visit = (row: Row, value: Json): void => {
    fields.push({ row, value });
    faults.push(...faultsOf(row, value));
    const forms = rows.filter(({ path }) => path.startsWith(`${row.path}<`) && path.endsWith('>'));
    const form = forms.find(({ path }) => isObject(value) && hasRequired(rows, path, value));
    if (forms.length > 0 && !form) faults.push(`${row.path}: none of its forms`);
    if (form) visit(form, value);
    else if (isObject(value)) visitFields(row, value);
  };
  const visitFields = (row: Row, value: JsonObject): void => {
    const children = childrenOf(rows, row.path);
    for (const child of children) {
      const inner = value[nameOf(child)];
      if (inner !== undefined) visit(child, inner);
      else if (child.required) faults.push(`${child.path}: missing`);
    }
    const unknown = Object.keys(value).filter((name) => !children.some((child) => nameOf(child) === name));
    if (children.length > 0) faults.push(...unknown.map((name) => `${row.path}.${name}: not in the document`));
  };
  const [root] = rows;
  if (root) visit(root, body);
  return { fields, faults };
}

/** Rows whose values an answer ends in. */
export function leavesOf(rows: readonly Row[]): Row[] {
  return rows.filter(({ path }) => {
    const isWhole = rows.length === 1 && path === '';
    return (
      isWhole ||
      (path !== '' && !rows.some((other) => other.path.startsWith(`${path}.`) || other.path.startsWith(`${path}<`)))
    );
  });
}

function faultsOf(row: Row, value: Json): string[] {
  const faults: string[] = [];
  const fits =
    row.type === 'any' || typeOf(value) === row.type || (row.type === 'number' && typeOf(value) === 'integer');
  if (!fits) faults.push(`${row.path}: ${typeOf(value)} in place of ${row.type}`);
  if (row.enum && !row.enum.includes(value)) faults.push(`${row.path}: ${JSON.stringify(value)} is not in its list`);
  if (row.format === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(value))) {
    faults.push(`${row.path}: no UUID`);
  }
  if (row.format === 'date-time' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value)))
    faults.push(`${row.path}: no time`);
  if (row.maxLength !== undefined && String(value).length > row.maxLength) faults.push(`${row.path}: too long`);
  return faults;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function hasRequired(rows: readonly Row[], path: string, value: JsonObject): boolean {
  return childrenOf(rows, path).every((child) => !child.required || value[nameOf(child)] !== undefined);
}

function childrenOf(rows: readonly Row[], parent: string): Row[] {
  const prefix = parent === '' ? '' : `${parent}.`;
  return rows.filter(
    ({ path }) => path !== '' && path.startsWith(prefix) && /^[^.[<]+$/.test(path.slice(prefix.length)),
  );
}

function nameOf({ path }: Row): string {
  return path.split('.').at(-1) ?? path;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
