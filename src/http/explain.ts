import { PerdureError } from '../core/errors.js';
import type { Line } from './connection.js';
import type { Deadline } from './deadline.js';
import { type Exchange, failureError } from './error-mapping.js';

/** The error for an exchange that failed, by who or what ended it; one of Perdure's own stays as it is. */
export function explain(
  error: unknown,
  exchange: Exchange,
  { deadline, line }: { deadline: Deadline; line: Line },
): PerdureError {
  if (error instanceof PerdureError) return error;
  const ended = deadline.ended();
  if (ended === 'caller') return failureError(exchange, 'caller', deadline.signal.reason);
  if (line.neverOpened(error)) return failureError(exchange, 'connecting', error);
  return failureError(exchange, ended ?? 'exchanging', error);
}
