import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import type { Env, Settings } from '../../client/settings.js';
import { cacheFolder } from '../../worker/embedded/cache-folder.js';
import { probe, release } from '../../worker/embedded/release.js';
import { isExecutable, onThePath } from '../../worker/embedded/search-path.js';
import { type Finding, fail, ok, warn } from './finding.js';

const oldestNode = [20, 19] as const;

/** Whether Node is new enough. */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const wanted = oldestNode.join('.');
  return isNew ? ok('node', version) : fail('node', `${version} is too old`, `Install Node ${wanted} or newer.`);
}

/** Whether the home can be written, or made where it is missing. */
export function checkHome({ home }: Settings): Finding {
  let folder = home.value;
  while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
  const text = folder === home.value ? home.value : `${home.value} (not made yet)`;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return ok('home', text);
  } catch {
    return fail(
      'home',
      `${home.value} can't be written`,
      'Make it writable, or name another folder with PERDURE_HOME.',
    );
  }
}

/** Whether the embedded server's binary is at hand; nothing is fetched. */
export async function checkServerBinary(env: Env): Promise<Finding> {
  const file = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const cached = path.join(cacheFolder(env), `temporal-cli-${release.cli}`, file);
  for (const candidate of [...onThePath('temporal', env), cached]) {
    if (!isExecutable(candidate)) continue;
    const { fits, text } = await probe(candidate);
    if (fits) return ok('server binary', `${candidate}: ${text}`);
  }
  const name = 'server binary';
  return warn(name, `no Temporal server ${release.server} here`, 'npx perdure up downloads it, or builds it with Go.');
}

/** Whether there are accounts, and whether their keys are here; a key itself is never shown. */
export function checkAccounts({ accounts }: Settings, env: Env): Finding[] {
  if (accounts.length === 0) {
    const cure = 'Set ANCHORBROWSER_API_KEY or BROWSERBASE_API_KEY, or start with: npx perdure up --simulator';
    return [warn('accounts', 'none', cure)];
  }
  return accounts.map(({ name, apiKey, baseUrl }) => {
    const variable = apiKey.$secret.replace(/^env:/, '');
    if (env[variable]) return ok(`account ${name}`, `key in ${variable}, at ${baseUrl}`);
    return warn(`account ${name}`, `${variable} is not set here`, `Set ${variable} where the worker runs.`);
  });
}
