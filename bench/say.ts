/** Tells whoever waits how far the bench is; not on stdout, which carries the figures. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
