import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import type { AccountSetting } from '../../client/account-settings.js';
import type { Env, Settings } from '../../client/settings.js';
import { cacheFolder } from '../../worker/embedded/cache-folder.js';
import { probe, release } from '../../worker/embedded/release.js';
import { isExecutable, onThePath } from '../../worker/embedded/search-path.js';
import { findKey } from '../key-place.js';
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
export async function checkAccounts(settings: Settings, env: Env): Promise<Finding[]> {
  const { accounts } = settings;
  if (accounts.length === 0) {
    const cure = 'Set ANCHORBROWSER_API_KEY or BROWSERBASE_API_KEY, or start with: npx perdure up --simulator';
    return [warn('accounts', 'none', cure)];
  }
  return Promise.all(accounts.map((account) => checkAccount(account, settings, env)));
}

async function checkAccount(account: AccountSetting, settings: Settings, env: Env): Promise<Finding> {
  const name = `account ${account.name}`;
  const { place, state, cure } = await findKey(account.apiKey, settings, env);
  if (state === 'missing') return warn(name, `${place} is missing here`, cure);
  const seen =
    state === 'set' ? `key in ${place}, not tried` : `key kept as ${place}, which only the worker can look up`;
  return ok(name, `${seen}, at ${account.baseUrl}`);
}
