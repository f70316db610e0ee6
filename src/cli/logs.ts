import { type LogLevel, type LogMetadata, Runtime, type RuntimeOptions } from '@temporalio/worker';
import { pino } from 'pino';
import type { Settings } from '../client/settings.js';
import type { CliContext, TextStream } from './context.js';
import type { LogFormat } from './log-format.js';
import { metricsAddress, metricsRefused, prometheusAt } from './metrics.js';
import { isLive, oneLine } from './output.js';

/** How logs are written, and where metrics are. */
interface LogTerms {
  level: string;
  /** Default: `text` on a terminal, else `json`. */
  format?: LogFormat;
  /** Where Prometheus finds the metrics, as `<ip>:<port>`. Default: nowhere. */
  metrics?: string;
}

/** What a command is given of it, by flags and by the environment. Throws `bad-input`. */
export function logTermsOf(
  { env }: Pick<CliContext, 'env'>,
  { logLevel }: Pick<Settings, 'logLevel'>,
  { metrics = env.PERDURE_METRICS, log }: { metrics?: string; log?: LogFormat },
): LogTerms {
  return { level: logLevel.value, format: log, metrics: metrics ? metricsAddress(metrics) : undefined };
}

/** What the SDK tells at INFO, such as states of workers and sizes of bundles, is detail for who runs Perdure. */
const levels: Record<LogLevel, pino.Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/** Said of every worker of the queue whose calls block, which has none by design. */
const expected = 'No workflows registered, not polling for workflow tasks';

/** What a workflow of Perdure's says at INFO is about a run, and is what they are to know. */
function levelOf(sdkLevel: LogLevel, message: string, { sdkComponent, key }: LogMetadata): pino.Level {
  if (message === expected) return 'debug';
  return sdkLevel === 'INFO' && sdkComponent === 'workflow' && key !== undefined ? 'info' : levels[sdkLevel];
}

/**
 * Sends the logs of the Temporal SDK through pino to a stream: JSON lines, or short lines on a terminal. Also leaves
 * signals to the command line, which stops its workers when it is done with them. To be called before any worker.
 * Throws `server-port-taken` where the metrics can't be served.
 */
export function installLogs({ stderr, env }: Pick<CliContext, 'stderr' | 'env'>, terms: LogTerms): void {
  const { level, format = isLive(stderr, env) ? 'text' : 'json', metrics } = terms;
  const stream = format === 'text' ? { write: (line: string) => stderr.write(forPeople(line)) } : lines(stderr);
  const logger = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const log = (sdkLevel: LogLevel, message: string, meta: LogMetadata = {}) => {
    const { error, ...rest } = meta;
    logger[levelOf(sdkLevel, message, meta)]({ ...rest, ...(error !== undefined && { err: error as Error }) }, message);
  };
  installRuntime(log, metrics);
}

type Log = (level: LogLevel, message: string, meta?: LogMetadata) => void;

function installRuntime(log: Log, metrics: string | undefined): void {
  const options: RuntimeOptions = {
    logger: {
      log,
      trace: (message, meta) => log('TRACE', message, meta),
      debug: (message, meta) => log('DEBUG', message, meta),
      info: (message, meta) => log('INFO', message, meta),
      warn: (message, meta) => log('WARN', message, meta),
      error: (message, meta) => log('ERROR', message, meta),
    },
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metrics !== undefined && { metrics: prometheusAt(metrics) }),
    },
    shutdownSignals: [],
  };
  try {
    Runtime.install(options);
  } catch (cause) {
    throw metrics === undefined ? cause : metricsRefused(metrics, cause);
  }
}

function lines(stderr: TextStream): { write(line: string): void } {
  return { write: (line) => void stderr.write(line) };
}

/** A line of the log in the form `12:03:04 warn Message (key=…)`. */
function forPeople(line: string): string {
  const { time, level, msg, key, workflowId, activityType, err }: Entry = JSON.parse(line) as Entry;
  const place = key === undefined ? { workflowId } : { key };
  const details = Object.entries({ ...place, activity: activityType, error: err?.message })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  const name = pino.levels.labels[level] ?? String(level);
  const text = `${time.slice(11, 19)} ${name} ${msg}${details.length ? ` (${details.join(', ')})` : ''}`;
  return `${oneLine(text)}\n`;
}

interface Entry {
  time: string;
  level: number;
  msg: string;
  key?: string;
  workflowId?: string;
  activityType?: string;
  err?: { message?: string };
}
