import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from './cache-folder.js';

/** Every executable file of this name on the PATH, in its order, each once. */
export function onThePath(name: string, env: Environment): string[] {
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const found = folders.map((folder) => path.resolve(folder, file)).filter(isExecutable);
  return [...new Set(found)];
}

/** Whether a path is a file that may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
