import { PerdureError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { type Connections, type Line, openConnections } from './connection.js';
import { type Limits, startDeadline } from './deadline.js';
import { type Chunks, download } from './download.js';
import { type Exchange, malformedError, statusError, tooLargeError } from './error-mapping.js';
import { explain } from './explain.js';
import { type Observe, observed, routeOf } from './observe.js';
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
  /** Told of every request. Default: nobody is. */
  observe?: Observe;
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

/** A file to be fetched. */
interface HttpDownload {
  /** At the account's own base URL, with its key. */
  path?: string;
  /** Instead: a URL that was signed for whoever has it. The account's key is not sent to it, and no error shows it. */
  signedUrl?: string;
  /** Most bytes that are read. */
  maxBytes: number;
  /** Milliseconds for which nothing may come before it is given up. */
  idleMs: number;
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
  /** Fetches a file and gives its content to `take` as it comes. Throws as `send` does, and what `take` throws. */
  download<T>(request: HttpDownload, limits: Limits, take: (chunks: Chunks) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Makes the client of one account. Throws `config-invalid` for a base URL or a header that can't be used. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connectMs = 10_000, maxBytes = 8 * 1024 * 1024, mask = (body) => body, observe } = options;
  const base = readBaseUrl(options);
  const headers = readHeaders(options);
  const connections = openConnections(base.origin, connectMs);
  return {
    send: async (request, limits) => {
      const path = `${base.path}${request.path}`;
      const { provider, account } = options;
      const shown = { path: request.shownAs ?? path, method: request.method };
      const exchange = { provider, account, origin: base.origin, ...shown };
      const setting = { exchange, headers, keys: Object.values(options.headers), mask, connections };
      const sized = { ...request, path, maxBytes: request.maxBytes ?? maxBytes };
      const named = { provider, account, method: request.method, route: routeOf(request.path) };
      return observed(observe, named, () => exchangeOnce(sized, limits, setting));
    },
    download: async ({ path, signedUrl, ...bounds }, limits, take) => {
      const { provider, account } = options;
      const signed = signedUrl === undefined ? undefined : readSignedUrl(signedUrl, base.origin, options);
      const shown = signed ? '(a signed URL)' : `${base.path}${path ?? ''}`;
      const { origin } = signed ?? base;
      const exchange = { provider, account, origin, method: 'GET', path: shown };
      const place = signed ? `${signed.pathname}${signed.search}` : shown;
      const accept = { ...(signed ? { 'user-agent': 'perdure' } : headers), accept: 'application/octet-stream' };
      const keys = Object.values(options.headers);
      const file = { exchange, path: place, headers: accept, keys, ...bounds };
      const named = { provider, account, method: 'GET', route: signed ? '(signed)' : routeOf(path ?? '') };
      return observed(observe, named, () => download(file, limits, connections, take));
    },
    close: () => connections.close(),
  };
}

/** Throws `provider-malformed` for what is no address, or would carry a file in the clear that was asked for in secret. */
function readSignedUrl(text: string, origin: string, { provider, account }: HttpClientOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const schemes = origin.startsWith('https:') ? ['https:'] : ['https:', 'http:'];
  if (url && schemes.includes(url.protocol) && url.username === '') return url;
  const exchange = { provider, account, origin, method: 'GET', path: 'a signed URL' };
  throw malformedError(exchange, `a signed URL that is not one of ${schemes.join(' or ')}//`);
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
    throw explain(error, setting.exchange, { deadline, line });
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
