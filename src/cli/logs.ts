import { type LogLevel, type LogMetadata, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { CliContext, TextStream } from './context.js';
import { isLive, oneLine } from './output.js';

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

/**
 * Sends the logs of the Temporal SDK through pino to a stream: JSON lines, or short lines on a terminal. Also leaves
 * signals to the command line, which stops its workers when it is done with them. To be called before any worker.
 */
export function installLogs({ stderr, env }: Pick<CliContext, 'stderr' | 'env'>, level: string): void {
  const stream = isLive(stderr, env) ? { write: (line: string) => stderr.write(forPeople(line)) } : lines(stderr);
  const logger = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const log = (sdkLevel: LogLevel, message: string, meta: LogMetadata = {}) => {
    const { error, ...rest } = meta;
    logger[message === expected ? 'debug' : levels[sdkLevel]](
      { ...rest, ...(error !== undefined && { err: error as Error }) },
      message,
    );
  };
  Runtime.install({
    logger: {
      log,
      trace: (message, meta) => log('TRACE', message, meta),
      debug: (message, meta) => log('DEBUG', message, meta),
      info: (message, meta) => log('INFO', message, meta),
      warn: (message, meta) => log('WARN', message, meta),
      error: (message, meta) => log('ERROR', message, meta),
    },
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
}

function lines(stderr: TextStream): { write(line: string): void } {
  return { write: (line) => void stderr.write(line) };
}

/** A line of the log in the form `12:03:04 warn Message (workflowId=…)`. */
function forPeople(line: string): string {
  const { time, level, msg, workflowId, activityType, err }: Entry = JSON.parse(line) as Entry;
  const details = Object.entries({ workflowId, activity: activityType, error: err?.message })
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
  workflowId?: string;
  activityType?: string;
  err?: { message?: string };
}
