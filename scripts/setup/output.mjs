/** Writes a line of the set-up. It goes to stderr, so that a command's own output stays clean. */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/** Ends the set-up with what is wrong and the cure. */
export class SetupError extends Error {
  name = 'SetupError';

  constructor(message, cure) {
    super(message);
    this.cure = cure;
  }
}
