import { isSecretRef } from '../core/secret.js';

export type Path = readonly PropertyKey[];

/** Names whose values are never shown. */
const secretive = /key|token|pass|secret|credential|auth|cookie|^variables$/i;
const hidden = '‹hidden›';
const shown = 40;

/** What stands at a path, as a short text; secrets, and what may be one, are not shown. */
export function describeGiven(root: unknown, path: Path): string {
  const value = valueAt(root, path);
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isSecretRef(value)) return 'a secret reference';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Date) return 'a Date';
  switch (typeof value) {
    case 'string':
      return isHidden(path) || /:\/\/[^/\s]*@/.test(value) ? `a text ${hidden}` : `the text ${shorten(value)}`;
    case 'number':
      return isHidden(path) ? `a number ${hidden}` : String(value);
    case 'boolean':
      return String(value);
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}

/** The value at a path, or undefined. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** A path as it is written in code: `agent.input.tags[0]`, `input_params["File Name"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(step))) text += text === '' ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text;
}

/** The path that {@link formatPath} wrote. */
export function readPath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return name ?? (JSON.parse(quoted ?? '""') as string);
  });
}

function isHidden(path: Path): boolean {
  const isRunKey = path.length === 1 && path[0] === 'key';
  // Whoever has the address of a channel may post there.
  if (path[0] === 'channels' && path.at(-1) === 'url') return true;
  return !isRunKey && path.some((step) => typeof step === 'string' && secretive.test(step));
}

function shorten(text: string): string {
  return JSON.stringify(text.length > shown ? `${text.slice(0, shown)}…` : text);
}
