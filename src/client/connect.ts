import type { Client } from '@temporalio/client';
import { limitsStarts } from '../core/admission.js';
import { limitsIn } from './account-settings.js';
import { findTarget, openClient } from './connection.js';
import { homeDeployment } from './deployment.js';
import { Perdure } from './perdure.js';
import { dataConverterOf } from './secret-settings.js';
import { type Env, type Flags, loadSettings } from './settings.js';

/** How to connect; what is left out comes from the environment and `perdure.config.yaml`. */
export interface ConnectOptions extends Flags {
  /** A Temporal client of the caller's, which is used as it is, with its data converter, and never closed. */
  client?: Client;
  /** Default `process.env`. */
  env?: Env;
  /** Told in one line when Temporal is lost during a wait, and when it is back. */
  onTrouble?: (line: string) => void;
  /**
   * Whether an account is known to have limits: its runs then ask for leave before they try to start. The worker, which
   * knows for certain, may have others. Default: what `perdure.config.yaml` says.
   */
  limited?: (account: string) => boolean;
  /** Multiplies every timing of the runs that are started; for tests. Default 1. */
  timeScale?: number;
  /**
   * Whether what is started and answered is traced, where an OpenTelemetry SDK is registered. A client of the caller's
   * own is traced by the interceptor `traceClient`. Default true.
   */
  tracing?: boolean;
}

/**
 * Connects to Temporal: the caller's client, else the server that `TEMPORAL_*` or a profile names, else the embedded
 * server that `perdure up` has running in this home. With `PERDURE_CODEC_KEYS`, what it sends is encrypted; the
 * caller's own client keeps its data converter.
 * @throws PerdureError `temporal-unreachable`, `config-invalid`.
 */
export async function connect(options: ConnectOptions = {}): Promise<Perdure> {
  const { client: given, env = process.env, onTrouble, timeScale, limited: known, tracing, ...flags } = options;
  const settings = loadSettings(env, flags);
  const terms = { dataConverter: dataConverterOf(settings) };
  const limited = known ?? ((account: string) => limitsStarts(limitsIn(settings.accounts, account)));
  const client = given ?? (await openClient(findTarget(env, settings), { ...terms, tracing }));
  return new Perdure({
    client,
    onTrouble,
    timeScale,
    limited,
    home: settings.home.value,
    taskQueue: settings.taskQueue.value,
    deployment: () => settings.deployment.value ?? homeDeployment(settings.home.value),
    close: () => (given ? Promise.resolve() : client.connection.close()),
  });
}
