import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PerdureError } from '../core/errors.js';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The name of this deployment: made once, and kept in the home. */
export function homeDeployment(home: string): string {
  const file = path.join(home, 'deployment');
  const known = readName(file);
  if (known) return known;
  const name = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  try {
    mkdirSync(home, { recursive: true });
    writeFileSync(file, `${name}\n`, { flag: 'wx' });
  } catch (cause) {
    // Another process may have made it in the same instant.
    const theirs = readName(file);
    if (theirs) return theirs;
    throw new PerdureError({
      code: 'home-not-writable',
      message: `The home ${home} can't be written.`,
      hint: 'Set PERDURE_HOME to a folder of yours, or PERDURE_DEPLOYMENT to a name of 1 to 16 letters and digits.',
      cause,
    });
  }
  return name;
}

function readName(file: string): string | undefined {
  try {
    const name = readFileSync(file, 'utf8').trim();
    return /^[a-z0-9]{1,16}$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
