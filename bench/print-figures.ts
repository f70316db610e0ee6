/** Prints figures as JSON, on one line where a program reads them. */
export function printFigures(figures: object, onOneLine: boolean): void {
  process.stdout.write(`${JSON.stringify(figures, undefined, onOneLine ? undefined : 2)}\n`);
}
