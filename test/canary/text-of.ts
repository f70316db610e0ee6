/** All texts in a value as lines: keys, strings, bytes read as UTF-8, and what is JSON in them, read again. */
export function textOf(value: unknown): string {
  const lines: string[] = [];
  collect(value, lines, 0);
  return lines.join('\n');
}

const deepest = 40;

function collect(value: unknown, lines: string[], depth: number): void {
  if (depth > deepest) return;
  if (typeof value === 'string') addText(value, lines, depth);
  else if (value instanceof Uint8Array) addText(Buffer.from(value).toString(), lines, depth);
  else if (value instanceof Map) collect([...value.entries()], lines, depth + 1);
  else if (Array.isArray(value)) for (const item of value) collect(item, lines, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      lines.push(key);
      collect(item, lines, depth + 1);
    }
  } else if (value !== undefined && value !== null && typeof value !== 'function') lines.push(String(value));
}

function addText(text: string, lines: string[], depth: number): void {
  lines.push(text);
  if (!/^\s*["[{]/.test(text)) return;
  try {
    collect(JSON.parse(text), lines, depth + 1);
  } catch {
    // What only looks like JSON stays the text that it is.
  }
}
