import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { PerdureError } from '../core/errors.js';
import type { Env } from './settings.js';

/** A Temporal server and how to reach it. */
export interface TemporalTarget {
  kind: 'external' | 'embedded';
  /** `host:port`. */
  address: string;
  namespace: string;
  /** What `Connection.connect` and `NativeConnection.connect` take. */
  connection: ClientConnectConfig['connectionOptions'];
  /** What said so, for people. */
  from: string;
  /** Where its own pages are, where that is known. */
  uiUrl?: string;
}

/**
 * The server that `TEMPORAL_*` or a profile of `temporal.toml` names, or undefined when nothing does.
 * @throws PerdureError `config-invalid` when the file or a variable can't be used.
 */
export function externalTarget(env: Env): TemporalTarget | undefined {
  const file = env.TEMPORAL_CONFIG_FILE || defaultConfigFile(env);
  const useFile = hasContent(file);
  if (env.TEMPORAL_CONFIG_FILE && !existsSync(file)) throw unusable(`${file} does not exist`, file);
  if (!useFile && !env.TEMPORAL_ADDRESS) return withoutAddress(env, file);
  const overrideEnvVars: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value) overrideEnvVars[name] = value;
  const config = loadConfig({ disableFile: !useFile, overrideEnvVars }, file);
  const { address } = config.connectionOptions;
  if (!address) return withoutAddress(env, file);
  return {
    kind: 'external',
    address,
    namespace: config.namespace ?? 'default',
    connection: config.connectionOptions,
    from: env.TEMPORAL_ADDRESS ? 'TEMPORAL_ADDRESS' : file,
  };
}

/** A profile that was asked for has to name a server; otherwise there is none. */
function withoutAddress({ TEMPORAL_PROFILE }: Env, file: string): undefined {
  if (TEMPORAL_PROFILE) throw unusable(`the profile '${TEMPORAL_PROFILE}' names no address`, file);
}

function loadConfig(options: Parameters<typeof loadClientConnectConfig>[0], file: string): ClientConnectConfig {
  try {
    return loadClientConnectConfig(options);
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), file, cause);
  }
}

function unusable(reason: string, file: string, cause?: unknown): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `The Temporal settings can't be used: ${reason}`,
    hint: `Check the TEMPORAL_* variables and ${file}.`,
    cause,
  });
}

/** A file without a single setting is none: the SDK's reader fails on it. */
function hasContent(file: string): boolean {
  return (
    existsSync(file) &&
    readFileSync(file, 'utf8')
      .replace(/^\s*#.*$/gm, '')
      .trim() !== ''
  );
}

function defaultConfigFile(env: Env): string {
  const folder = env.XDG_CONFIG_HOME || path.join(env.HOME || homedir(), '.config');
  return path.join(folder, 'temporalio', 'temporal.toml');
}

/** The embedded server that this home's `perdure up` has running, or undefined. */
export function embeddedTarget(home: string): TemporalTarget | undefined {
  const file = path.join(home, 'server.json');
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof state !== 'object' || state === null || !('address' in state) || typeof state.address !== 'string')
      return undefined;
    const uiUrl = 'uiUrl' in state && typeof state.uiUrl === 'string' ? state.uiUrl : undefined;
    return {
      kind: 'embedded',
      address: state.address,
      namespace: 'default',
      connection: { address: state.address },
      from: file,
      ...(uiUrl !== undefined && { uiUrl }),
    };
  } catch {
    return undefined;
  }
}

/** Whether an address is one of Temporal Cloud, where namespaces and search attributes are not made over it. */
export function isTemporalCloud(address: string): boolean {
  return /(\.tmprl\.cloud|\.api\.temporal\.io)(:\d+)?$/.test(address);
}
