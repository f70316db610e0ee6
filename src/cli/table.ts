import { harmless, oneLine } from './output.js';

/** A cell of a table: a text, and how to colour it once its width is known. */
export type Cell = string | { text: string; paint: (text: string) => string };

const gap = '  ';

/**
 * Lays rows out in columns. Where a width is given, the last column is cut to it, and nothing is longer: a line that
 * wraps could not be redrawn.
 */
export function layOut(rows: readonly (readonly Cell[])[], width = Infinity): string[] {
  const texts = rows.map((row) => row.map((cell) => oneLine(typeof cell === 'string' ? cell : cell.text)));
  const widths = columnWidths(texts);
  return rows.map((row, line) => {
    let left = width;
    const parts = row.map((cell, column) => {
      const isLast = column === row.length - 1;
      const text = texts[line]?.[column] ?? '';
      const shown = cut(text, Math.min(left, isLast ? Infinity : (widths[column] ?? 0)));
      const padding = isLast ? '' : ' '.repeat(Math.max(0, Math.min(left, widths[column] ?? 0) - shown.length));
      left = Math.max(0, left - shown.length - padding.length - gap.length);
      return `${typeof cell === 'string' ? shown : cell.paint(shown)}${padding}`;
    });
    return parts.join(gap).trimEnd();
  });
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

/** A text of at most so many characters. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}

/** JSON for a person to read. */
export function pretty(value: unknown): string {
  return harmless(JSON.stringify(value, null, 2) ?? 'null');
}
