import path from 'node:path';
import { cacheFolder, type Environment } from './cache-folder.js';
import { isExecutable, onThePath } from './search-path.js';

const release = '1.32.0';

/** The release of the time-skipping test server on Maven Central, and the script that the set-up makes to run it. */
export function timeSkippingServer(env: Environment): { release: string; script: string } {
  const script = path.join(cacheFolder(env), `temporal-test-server-${release}`, 'temporal-test-server');
  return { release, script };
}

/** Finds the time-skipping test server for `createTimeSkipping`; `missing` says why it is not there and what brings it. */
export function findTimeSkippingServer(
  env: Environment = process.env,
): { path: string; missing?: never } | { path?: never; missing: string } {
  if (process.platform === 'win32') return { missing: 'the time-skipping test server is not set up on Windows' };
  if (onThePath('java', env).length === 0) return { missing: 'no java on the PATH (Debian: default-jre-headless)' };
  const { script } = timeSkippingServer(env);
  if (isExecutable(script)) return { path: script };
  return { missing: `${script} is not there: 'node scripts/setup.mjs --test' fetches it with mvn` };
}
