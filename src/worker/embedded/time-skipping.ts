import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { isExecutable, onThePath } from './search-path.js';

/** The release of the time-skipping test server, as it is on Maven Central. */
export const timeSkippingRelease = '1.32.0';

/** Where the set-up puts the script that runs the time-skipping test server. */
export function timeSkippingScript(env: Environment): string {
  return path.join(cacheFolder(env), `temporal-test-server-${timeSkippingRelease}`, 'temporal-test-server');
}

/** Finds the time-skipping test server for `createTimeSkipping`; `missing` says why it is not there and what brings it. */
export function findTimeSkippingServer(
  env: Environment = process.env,
): { path: string; missing?: never } | { path?: never; missing: string } {
  if (process.platform === 'win32') return { missing: 'the time-skipping test server is not set up on Windows' };
  if (onThePath('java', env).length === 0) return { missing: 'no java on the PATH (Debian: default-jre-headless)' };
  const script = timeSkippingScript(env);
  if (isExecutable(script)) return { path: script };
  return { missing: `${script} is not there: 'node scripts/setup.mjs --test' fetches it with mvn` };
}
