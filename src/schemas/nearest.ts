/** The candidate that a mistyped text was probably meant to be, or undefined when none is near. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const sameButCase = candidates.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (sameButCase !== undefined) return sameButCase;
  const allowed = Math.floor(text.length / 3);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain(text), plain(candidate));
    if (distance <= allowed && candidate.length > 2 && (!best || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

/** So that `outputSchema` is near to `output_schema`. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[_-]/g, '');
}

/** How many letters have to be added, taken away, changed or swapped with their neighbour to make one text of the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(before, j - 2) + 1 : Infinity;
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, changed, swapped));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
