import type { ProviderName } from '../core/endpoints.js';
import type { Exchange } from './exchange.js';
import type { Fault, FaultKind } from './fault.js';
import { errorReply, payloadOf, Refusal, type Reply } from './reply.js';

/** The faults that keep the effect from happening, at least for now. */
const effectless: ReadonlySet<FaultKind> = new Set([
  'reset-before',
  'effect-late',
  'hang-before',
  '5xx-before',
  '429',
  'status',
  'not-found',
]);

export const preventsEffect = (fault: Fault | undefined): boolean => fault !== undefined && effectless.has(fault.kind);

/** What the caller gets instead of an answer. */
export type Outcome = number | 'lost';

/** Answers by a fault that keeps the effect from happening. */
export async function answerWithout(exchange: Exchange, provider: ProviderName, fault: Fault): Promise<Outcome> {
  switch (fault.kind) {
    case 'hang-before':
      return hang(exchange, fault);
    case '5xx-before':
      return refuse(exchange, provider, fault, { status: 500, message: 'Internal server error' });
    case '429':
      return refuse(exchange, provider, fault, { status: 429, message: 'Too many requests' });
    case 'status':
      return refuse(exchange, provider, fault, { status: 500, message: 'Refused' });
    case 'not-found':
      return refuse(exchange, provider, fault, { status: 404, message: 'Not found' });
    default:
      exchange.reset();
      return 'lost';
  }
}

function refuse(
  exchange: Exchange,
  provider: ProviderName,
  fault: Fault,
  usual: { status: number; message: string },
): Outcome {
  const status = fault.kind === '429' || fault.kind === 'not-found' ? usual.status : (fault.status ?? usual.status);
  const headers = retryAfterHeader(fault.retryAfter);
  return send(exchange, errorReply(provider, new Refusal(status, fault.message ?? usual.message, headers)));
}

function retryAfterHeader(retryAfter: Fault['retryAfter']): Record<string, string> {
  if (retryAfter === undefined) return {};
  const date = retryAfter instanceof Date || /^\d{4}-\d\d-\d\dT/.test(String(retryAfter));
  if (date) return { 'Retry-After': new Date(retryAfter).toUTCString() };
  return { 'Retry-After': retryAfter === 'absurd' ? '315360000' : String(retryAfter) };
}

const send = (exchange: Exchange, reply: Reply): Outcome => (exchange.send(reply) ? reply.status : 'lost');

async function hang(exchange: Exchange, { delayMs }: Fault): Promise<Outcome> {
  if (delayMs !== undefined) await pause(delayMs, exchange);
  else await exchange.closed;
  exchange.reset();
  return 'lost';
}

/** Sends the true answer, spoiled by the fault where there is one. */
export async function answer(
  exchange: Exchange,
  provider: ProviderName | undefined,
  reply: Reply,
  fault: Fault | undefined,
): Promise<Outcome> {
  if (!fault) return send(exchange, reply);
  switch (fault.kind) {
    case 'reply-lost':
      exchange.reset();
      return 'lost';
    case 'hang-after':
      return hang(exchange, fault);
    case '5xx-after': {
      const refusal = new Refusal(fault.status ?? 500, fault.message ?? 'Internal server error');
      return send(exchange, errorReply(provider, refusal));
    }
    case 'slow-after':
      await pause(fault.delayMs ?? 2000, exchange);
      return send(exchange, reply);
    case 'cut-body':
      if (exchange.gone) return 'lost';
      exchange.sendHalf(reply);
      return 'lost';
    default:
      return send(exchange, spoiled(reply, fault));
  }
}

function spoiled(reply: Reply, fault: Fault): Reply {
  const { status, file } = reply;
  switch (fault.kind) {
    case 'html':
      return { status: fault.status ?? 200, html: '<!doctype html><title>Gateway</title><h1>One moment, please</h1>' };
    case 'half-json': {
      const { bytes, type } = payloadOf(reply);
      return { status, file: { content: bytes.subarray(0, bytes.length >> 1), mimeType: type } };
    }
    case 'huge': {
      const padding = 'x'.repeat(fault.bytes ?? 3 * 1024 * 1024);
      if (file) return { ...reply, file: { ...file, content: Buffer.concat([file.content, Buffer.from(padding)]) } };
      return { status, body: { ...(reply.body as object), padding } };
    }
    case 'empty':
      return { status };
    case 'wrong-shape':
      return { status, body: { unexpected: true } };
    default:
      return reply;
  }
}

/** Waits in real time, or until the caller has hung up. */
export async function pause(ms: number, exchange: Exchange): Promise<void> {
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, exchange.closed]);
  clearTimeout(timer);
}
