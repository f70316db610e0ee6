import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What opens pages on this system. */
const name = process.platform === 'darwin' ? 'open' : 'xdg-open';

/** Puts an opener of pages into a folder, and gives the environment of a desktop whose opener it is. */
export async function makeOpener(folder: string, script: string): Promise<{ PATH: string; DISPLAY: string }> {
  await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: `${folder}${path.delimiter}${process.env.PATH ?? ''}`, DISPLAY: ':7' };
}
