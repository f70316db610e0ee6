import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { type Connections, type Line, openConnections } from './connection.js';
import { type Deadline, type Limits, startDeadline } from './deadline.js';
import { type Exchange, failureError, malformedError, statusError, tooLargeError } from './error-mapping.js';
import { readBody } from './response-body.js';
import { parseRetryAfter } from './retry-after.js';
import { type QueryValue, urlQuery } from './url-path.js';

/** Limits of a client that both providers share. */
export interface HttpLimits {
  /** Milliseconds until a connection has to be open. Default 10 s. */
  connectMs?: number;
  /** Largest body of an answer in bytes. Default 8 MiB. */
  maxBytes?: number;
  /** Goes over the body of every answer before anything else sees it, to mask what was sent to show who asks. */
  mask?: (body: Json) => Json;
}

export interface HttpClientOptions extends HttpLimits {
  /** The provider's name, for messages. */
  provider: string;
  /** `<provider>/<name>`, for hints. */
  account: string;
  /** May have a path, which stands before every request's. */
  baseUrl: string;
  /** Sent with every request. */
  headers: Record<string, string>;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, QueryValue>;
  /** Sent as JSON. */
  body?: unknown;
  /** Uses a connection of its own; for what must not be taken for lost because a kept connection was stale. */
  fresh?: boolean;
  /** Largest body of this answer in bytes, where the client's limit is too small. */
  maxBytes?: number;
  /** Stands for the path in errors, where the path itself is a secret. */
  shownAs?: string;
  /** Whether a success is all that there is to know: its body is not read. */
  bodyless?: boolean;
}

export interface HttpAnswer {
  status: number;
  /** Undefined for an empty body. */
  body: Json | undefined;
  /** The error for an answer that turns out not to be what was documented. */
  malformed(what: string): PerdureError;
}

/** JSON over HTTP to one account. Every request is sent once; nothing is repeated and no redirect is followed. */
export interface HttpClient {
  /**
   * Sends a request and reads its answer. Throws a `PerdureError` for everything but a success: by the answer's status,
   * `provider-unreachable` when no connection was opened, `provider-timeout`, `provider-error` for one that broke,
   * `provider-malformed`, `response-too-large`, and `cancelled` when the caller's signal ended it.
   */
  send(request: HttpRequest, limits: Limits): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Makes the client of one account. Throws `config-invalid` for a base URL or a header that can't be used. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connectMs = 10_000, maxBytes = 8 * 1024 * 1024, mask = (body) => body } = options;
  const base = readBaseUrl(options);
  const headers = readHeaders(options);
  const connections = openConnections(base.origin, connectMs);
  return {
    send: async (request, limits) => {
      const path = `${base.path}${request.path}`;
      const { provider, account } = options;
      const shown = { path: request.shownAs ?? path, method: request.method };
      const exchange = { provider, account, origin: base.origin, ...shown };
      return exchangeOnce({ ...request, path, maxBytes: request.maxBytes ?? maxBytes }, limits, {
        exchange,
        headers,
        keys: Object.values(options.headers),
        mask,
        connections,
      });
    },
    close: () => connections.close(),
  };
}

interface Setting {
  exchange: Exchange;
  headers: Record<string, string>;
  /** What no error may show, should the provider repeat it. */
  keys: readonly string[];
  mask: (body: Json) => Json;
  connections: Connections;
}

type SizedRequest = HttpRequest & { maxBytes: number };

async function exchangeOnce(request: SizedRequest, limits: Limits, setting: Setting): Promise<HttpAnswer> {
  const deadline = startDeadline(limits);
  const line = request.fresh ? setting.connections.fresh(limits.notAfter) : setting.connections.shared();
  try {
    return await deadline.race(sendAndRead(request, line, { ...setting, signal: deadline.signal }));
  } catch (error) {
    throw error instanceof PerdureError ? error : explain(error, setting.exchange, { deadline, line });
  } finally {
    deadline.clear();
    line.close();
  }
}

async function sendAndRead(
  request: SizedRequest,
  line: Line,
  { exchange, headers, keys, mask, signal }: Setting & { signal: AbortSignal },
): Promise<HttpAnswer> {
  const json = request.body === undefined ? undefined : JSON.stringify(request.body);
  const response = await line.dispatcher.request({
    origin: exchange.origin,
    path: `${request.path}${urlQuery(request.query ?? {})}`,
    method: request.method,
    headers: json === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: json,
    signal,
  });
  const status = response.statusCode;
  const malformed = (what: string) => malformedError(exchange, what);
  if (request.bodyless && isSuccess(status)) {
    response.body.on('error', () => undefined).destroy();
    return { status, body: undefined, malformed };
  }
  const contentType = first(response.headers['content-type']) ?? 'no content type';
  const failed = !isSuccess(status);
  const reading = failed
    ? await readBody(response.body, request.maxBytes).catch(() => ({ kind: 'empty' }) as const)
    : await readBody(response.body, request.maxBytes);
  const body = reading.kind === 'json' ? mask(reading.value) : undefined;
  if (failed) {
    const retryAfterMs = parseRetryAfter(first(response.headers['retry-after']), Date.now());
    throw statusError(exchange, { status, body, retryAfterMs, keys });
  }
  if (reading.kind === 'too-large') throw tooLargeError(exchange, request.maxBytes);
  if (reading.kind === 'malformed') {
    throw malformedError(exchange, `${reading.bytes} bytes of ${contentType.slice(0, 80)} that are ${reading.why}`);
  }
  return { status, body, malformed };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function explain(error: unknown, exchange: Exchange, { deadline, line }: { deadline: Deadline; line: Line }) {
  const ended = deadline.ended();
  if (ended === 'caller') return failureError(exchange, 'caller', deadline.signal.reason);
  if (line.neverOpened(error)) return failureError(exchange, 'connecting', error);
  return failureError(exchange, ended ?? 'exchanging', error);
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function readBaseUrl({ baseUrl, account }: HttpClientOptions): { origin: string; path: string } {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new PerdureError({
      code: 'config-invalid',
      message: `The base URL of the account '${account}' is not an http or https address without user, password and query.`,
    });
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

function readHeaders({ headers, account }: HttpClientOptions): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)) continue;
    throw new PerdureError({
      code: 'config-invalid',
      message: `The account '${account}' has a value for the header ${name} that cannot be sent.`,
      hint: 'The API key is empty, or has a space, a line break or another character that no header may carry.',
    });
  }
  return { accept: 'application/json', 'user-agent': 'perdure', ...headers };
}
