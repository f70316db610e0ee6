import { existsSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { findTarget, openClient, unreachable } from '../client/connection.js';
import { homeDeployment } from '../client/deployment.js';
import { Perdure } from '../client/perdure.js';
import { dataConverterOf } from '../client/secret-settings.js';
import { type Flags, loadSettings, type Settings } from '../client/settings.js';
import type { TemporalTarget } from '../client/temporal-target.js';
import type { CommandContext } from './context.js';

/** The settings of a command. Throws `config-invalid`. */
export function settingsOf({ env, flags, cwd }: CommandContext): Settings {
  return loadSettings(env, flags, cwd);
}

/** The file that a command's settings come from, as an absolute path, or undefined where there is none. */
export function configFile({ env, flags, cwd }: CommandContext): string | undefined {
  const file = path.resolve(cwd, flags.config ?? (env.PERDURE_CONFIG || 'perdure.config.yaml'));
  return existsSync(file) ? file : undefined;
}

/** What a worker is to be given, so that it has the same settings as its command. */
export function workerFlags(context: CommandContext, settings: Settings): Flags {
  const config = configFile(context);
  return { home: settings.home.value, ...(config !== undefined && { config }) };
}

/** Connects, lets a command use the client, and closes it. Throws `temporal-unreachable`. */
export async function withPerdure<T>(
  context: CommandContext,
  use: (perdure: Perdure, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(context);
  const client = await openClient(findTarget(context.env, settings), { dataConverter: dataConverterOf(settings) });
  const perdure = new Perdure({
    client,
    onTrouble: (line) => context.output.note(line),
    home: settings.home.value,
    taskQueue: settings.taskQueue.value,
    deployment: () => settings.deployment.value ?? homeDeployment(settings.home.value),
    close: () => client.connection.close(),
  });
  try {
    return await use(perdure, settings);
  } finally {
    await perdure.close();
  }
}

/** Connects to a server, for what a client does not do. Throws `temporal-unreachable` after ten seconds. */
export async function openConnection(target: TemporalTarget): Promise<Connection> {
  try {
    return await Connection.connect({ ...target.connection, connectTimeout: '10s' });
  } catch (cause) {
    throw unreachable(target, cause);
  }
}
