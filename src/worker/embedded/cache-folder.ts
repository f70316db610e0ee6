import { homedir } from 'node:os';
import path from 'node:path';

/** The environment that is read: PATH, HOME and the cache's own variables. */
export type Environment = Record<string, string | undefined>;

/** Where binaries that were downloaded or built are kept: `PERDURE_CACHE`, else `perdure` in the user's cache folder. */
export function cacheFolder(env: Environment): string {
  if (env.PERDURE_CACHE) return path.resolve(env.PERDURE_CACHE);
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, 'perdure');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return path.join(env.LOCALAPPDATA, 'perdure', 'cache');
  return path.join(env.HOME || homedir(), '.cache', 'perdure');
}
