import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { parseDuration } from '../core/duration.js';
import { PerdureError } from '../core/errors.js';
import { defaultTaskQueue } from '../core/names.js';
import { type Config, config as configSchema } from '../schemas/config.js';
import { parse } from '../schemas/parse.js';
import { type AccountSetting, accountSettings } from './account-settings.js';
import { type PeopleSettings, peopleSettings } from './people-settings.js';
import { type SecretSettings, secretSettings } from './secret-settings.js';

/** The variables of a process. */
export type Env = Record<string, string | undefined>;

/** Where a value comes from. */
export type Source = 'flag' | 'environment' | 'file' | 'default';

export interface Setting<T> {
  value: T;
  source: Source;
  /** The variable, or the file, that says so. */
  from?: string;
}

/** What a process of Perdure is configured with, each value with its source. */
export interface Settings extends SecretSettings, PeopleSettings {
  /** Absolute. */
  home: Setting<string>;
  /** Where files go that sessions downloaded. Absolute; default `files` in the home. */
  files: Setting<string>;
  taskQueue: Setting<string>;
  /** Undefined: made once and kept in the home. */
  deployment: Setting<string | undefined>;
  /** Milliseconds that the embedded server keeps ended runs. */
  retention: Setting<number>;
  logLevel: Setting<string>;
  accounts: AccountSetting[];
}

/** Values that outrank the environment. */
export interface Flags {
  /** Folder of the embedded server and of the keys. Default: `PERDURE_HOME`, or `.perdure`. */
  home?: string;
  /** A configuration file. Default: `PERDURE_CONFIG`, or `perdure.config.yaml` where there is one. */
  config?: string;
  /** Where files go that sessions downloaded. Default: `files` in the home. */
  files?: string;
  /** Perdure's own. Default: `PERDURE_TASK_QUEUE`, or `perdure`. */
  taskQueue?: string;
  /** 1 to 16 of `a-z0-9`, part of every mark. Default: `PERDURE_DEPLOYMENT`, or one made once and kept in the home. */
  deployment?: string;
}

const days = 86_400_000;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/**
 * Reads flags, environment and `perdure.config.yaml`, in this order of precedence.
 * @throws PerdureError `config-invalid` naming the variable or the place in the file.
 */
export function loadSettings(env: Env, flags: Flags = {}, folder: string = process.cwd()): Settings {
  const { config, file } = readConfig(env, flags, folder);
  const pick = picker(env, file);
  const home = pick('PERDURE_HOME', flags.home, undefined, '.perdure');
  const logLevel = pick('PERDURE_LOG_LEVEL', undefined, undefined, 'info');
  if (!logLevels.includes(logLevel.value))
    throw invalid('PERDURE_LOG_LEVEL', `one of ${logLevels.join(', ')}`, logLevel.value);
  const deployment = pick('PERDURE_DEPLOYMENT', flags.deployment, config.deployment, undefined);
  if (deployment.value !== undefined && !/^[a-z0-9]{1,16}$/.test(deployment.value)) {
    throw invalid('PERDURE_DEPLOYMENT', '1 to 16 of a-z 0-9', deployment.value);
  }
  const homeFolder = path.resolve(folder, home.value);
  const files = pick('PERDURE_FILES', flags.files, config.files, path.join(homeFolder, 'files'));
  return {
    home: { ...home, value: homeFolder },
    files: { ...files, value: path.resolve(folder, files.value) },
    taskQueue: pick('PERDURE_TASK_QUEUE', flags.taskQueue, config.taskQueue, defaultTaskQueue),
    deployment,
    retention: readRetention(env),
    logLevel,
    accounts: accountSettings(env, config, file),
    ...peopleSettings(env, config, file),
    ...secretSettings(env, folder),
  };
}

function picker(env: Env, file: string | undefined) {
  return <T extends string | undefined>(
    name: string,
    flag: T | undefined,
    given: T | undefined,
    other: T,
  ): Setting<T | string> => {
    if (flag !== undefined) return { value: flag, source: 'flag' };
    const value = env[name];
    if (value) return { value, source: 'environment', from: name };
    if (given !== undefined) return { value: given, source: 'file', from: file };
    return { value: other, source: 'default' };
  };
}

function readRetention(env: Env): Setting<number> {
  const text = env.PERDURE_RETENTION;
  if (!text) return { value: 30 * days, source: 'default' };
  const value = parseDuration(/^\d+$/.test(text) ? `${text} days` : text);
  if (value === undefined || value < days)
    throw invalid('PERDURE_RETENTION', 'at least 1 day, such as "30 days"', text);
  return { value, source: 'environment', from: 'PERDURE_RETENTION' };
}

function readConfig(env: Env, flags: Flags, folder: string): { config: Config; file?: string } {
  const named = flags.config ?? (env.PERDURE_CONFIG || undefined);
  const file = path.resolve(folder, named ?? 'perdure.config.yaml');
  const text = readText(file, named !== undefined);
  if (text === undefined) return { config: { accounts: [] } };
  return { config: parse(configSchema, parseText(file, text) ?? {}, `the file ${file}`, 'config-invalid'), file };
}

function readText(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (!required && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new PerdureError({
      code: 'config-invalid',
      message: `The configuration file ${file} can't be read.`,
      hint: 'Check the path in PERDURE_CONFIG or --config, and the rights of the file.',
      cause,
    });
  }
}

function parseText(file: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : 'unreadable';
    throw new PerdureError({
      code: 'config-invalid',
      message: `${file} is not valid YAML: ${reason}`,
      hint: 'Correct it at the line that the message names. Within braces a reference needs quotes: "${env:NAME}".',
      cause,
    });
  }
}

function invalid(name: string, expected: string, given: string): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `${name} is '${given}'; expected ${expected}.`,
    hint: `Set ${name} to such a value, or leave it out for the default.`,
  });
}
