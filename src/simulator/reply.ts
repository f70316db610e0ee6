import type { ProviderName } from '../core/endpoints.js';

/** An answer to a request, before faults are done to it. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of JSON. */
  readonly html?: string;
  /** Sent instead of JSON: the content of a file. */
  readonly file?: { readonly content: Uint8Array; readonly mimeType: string };
}

/** What is sent of an answer, and as what. */
export function payloadOf({ body, html, file }: Reply): { bytes: Uint8Array; type: string } {
  if (file) return { bytes: file.content, type: file.mimeType };
  if (html !== undefined) return { bytes: Buffer.from(html), type: 'text/html; charset=utf-8' };
  const text = body === undefined ? '' : JSON.stringify(body);
  return { bytes: Buffer.from(text), type: 'application/json; charset=utf-8' };
}

/** A provider's refusal; becomes an error answer in that provider's shape. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** An error answer as the provider shapes it. Browserbase documents the shape for other endpoints than agent runs only. */
export function errorReply(provider: ProviderName | undefined, refusal: Omit<Refusal, 'name'>): Reply {
  const { status, message, headers } = refusal;
  if (provider === 'browserbase') {
    return { status, headers, body: { statusCode: status, error: reasons[status] ?? 'Error', message } };
  }
  return { status, headers, body: { error: { code: status, message } } };
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
