import { userInfo } from 'node:os';
import type { Env } from '../client/settings.js';

/** Who uses this machine. */
export function userName(env: Env): string {
  if (env.USER) return env.USER;
  try {
    return userInfo().username;
  } catch {
    return 'cli';
  }
}
