import { formatDuration } from '../../core/duration.js';
import type { AccountSetting } from '../../client/account-settings.js';
import type { Env, Setting, Settings } from '../../client/settings.js';
import { embeddedTarget, externalTarget } from '../../client/temporal-target.js';
import type { KeyRing } from '../../secrets/key-ring.js';
import { configFile, settingsOf } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { findKey } from '../key-place.js';
import { type Cell, layOut } from '../table.js';

interface Line {
  name: string;
  value: string;
  source: string;
}

/** Shows each setting with its source; of a key only where it would come from, and whether it is there. */
export async function config(context: CommandContext): Promise<number> {
  const { output } = context;
  const lines = await settingLines(context);
  const head: Cell[] = ['SETTING', 'VALUE', 'FROM'].map((text) => ({
    text,
    paint: (title) => output.paint('dim', title),
  }));
  output.say(layOut([head, ...lines.map(({ name, value, source }) => [name, value, source])]).join('\n'));
  output.data({ settings: lines });
  return exits.done;
}

async function settingLines(context: CommandContext): Promise<Line[]> {
  const { env } = context;
  const settings = settingsOf(context);
  const { home, taskQueue, deployment, retention, logLevel, accounts } = settings;
  const file = configFile(context);
  const target = externalTarget(env) ?? embeddedTarget(home.value);
  const line = (name: string, setting: Setting<string | undefined>, other = ''): Line => ({
    name,
    value: setting.value ?? other,
    source: sourceOf(setting),
  });
  return [
    { name: 'config', value: file ?? 'none', source: fileSource(context) },
    line('home', home),
    { name: 'temporal', value: target?.address ?? 'embedded, not running', source: target?.from ?? 'default' },
    ...(target ? [{ name: 'namespace', value: target.namespace, source: target.from }] : []),
    ...(env.TEMPORAL_API_KEY ? [{ name: 'temporal key', value: 'set (not shown)', source: 'TEMPORAL_API_KEY' }] : []),
    line('taskQueue', taskQueue),
    line('deployment', deployment, 'made once, kept in the home'),
    line('retention', { ...retention, value: formatDuration(retention.value) }),
    line('logLevel', logLevel),
    line('secrets folder', settings.secretsFolder),
    line('seal keys', keysOf(settings.sealKeys), 'made once, kept in the home'),
    line('codec keys', keysOf(settings.codecKeys), 'none: nothing is encrypted'),
    line('codec strict', { ...settings.codecStrict, value: settings.codecStrict.value ? 'on' : 'off' }),
    ...(await Promise.all(accounts.map((account) => accountLine(account, settings, env)))),
  ];
}

/** The ids of keys, which are no secret. */
function keysOf({ value, ...setting }: Setting<KeyRing | undefined>): Setting<string | undefined> {
  return { ...setting, value: value && `${value.ids.join(', ')} (keys not shown)` };
}

const stateText = { set: 'set (not shown)', missing: 'missing', elsewhere: 'looked up by the worker' } as const;

async function accountLine(account: AccountSetting, settings: Settings, env: Env): Promise<Line> {
  const { name, baseUrl } = account;
  const { place, state } = await findKey(account, settings, env);
  return { name: `account ${name}`, value: `${baseUrl}, key ${place} ${stateText[state]}`, source: sourceOf(account) };
}

function sourceOf({ source, from }: Pick<Setting<unknown>, 'source' | 'from'>): string {
  return from ?? source;
}

function fileSource({ flags, env }: CommandContext): string {
  if (flags.config !== undefined) return 'flag';
  return env.PERDURE_CONFIG ? 'PERDURE_CONFIG' : 'default';
}
