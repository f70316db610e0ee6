import type { PerdureError } from '../core/errors.js';
import type { Connections } from './connection.js';
import { type Limits, startDeadline } from './deadline.js';
import { type Exchange, statusError, tooLargeError } from './error-mapping.js';
import { explain } from './explain.js';
import { readBody } from './response-body.js';
import { parseRetryAfter } from './retry-after.js';

/** A body that comes piece by piece. */
export type Chunks = AsyncIterable<Uint8Array>;

/** A GET whose answer is a file. */
export interface Download {
  exchange: Exchange;
  path: string;
  headers: Record<string, string>;
  /** What no error may show, should the other side repeat it. */
  keys: readonly string[];
  /** Most bytes that are read. */
  maxBytes: number;
  /** Milliseconds for which nothing may come before it is given up. */
  idleMs: number;
}

type Response = Awaited<ReturnType<ReturnType<Connections['shared']>['dispatcher']['request']>>;

const refusalBytes = 64 * 1024;

/** Sends a GET and gives its body on as it comes; no redirect is followed. What `take` throws comes out as it is. */
export async function download<T>(
  request: Download,
  limits: Limits,
  connections: Connections,
  take: (chunks: Chunks) => Promise<T>,
): Promise<T> {
  const { exchange, path, headers, idleMs } = request;
  const deadline = startDeadline(limits);
  const line = connections.shared();
  const explained = (error: unknown) => explain(error, exchange, { deadline, line });
  try {
    const response = await deadline
      .race(
        line.dispatcher.request({
          origin: exchange.origin,
          path,
          method: 'GET',
          headers,
          signal: deadline.signal,
          headersTimeout: idleMs,
          bodyTimeout: idleMs,
        }),
      )
      .catch((error: unknown) => Promise.reject(explained(error)));
    // One that is given up reports it as an error, which nobody waits for.
    response.body.on('error', () => undefined);
    try {
      if (response.statusCode !== 200) throw await refusal(request, response);
      return await take(bounded(response.body, request, explained));
    } finally {
      response.body.destroy();
    }
  } finally {
    deadline.clear();
    line.close();
  }
}

async function refusal({ exchange, keys }: Download, { statusCode, headers, body }: Response): Promise<PerdureError> {
  const reading = await readBody(body, refusalBytes).catch(() => undefined);
  const retryAfterMs = parseRetryAfter([headers['retry-after']].flat()[0], Date.now());
  const said = reading?.kind === 'json' ? reading.value : undefined;
  return statusError(exchange, { status: statusCode, body: said, retryAfterMs, keys });
}

async function* bounded(
  body: Chunks,
  { exchange, maxBytes }: Download,
  explained: (error: unknown) => PerdureError,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLargeError(exchange, maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw explained(error);
  }
}
