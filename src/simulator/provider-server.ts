import type { ProviderName } from '../core/endpoints.js';
import type { Account } from './account.js';
import { anchorRoutes } from './anchor/routes.js';
import { browserbaseRoutes } from './browserbase/routes.js';
import type { Call } from './call.js';
import type { Exchange } from './exchange.js';
import { milliseconds } from './duration.js';
import { answer, answerWithout, type Outcome, pause, preventsEffect } from './fault-effect.js';
import type { Fault, Occasion } from './fault.js';
import type { Phase } from './hook.js';
import type { RequestEntry } from './ledger.js';
import { admitRequest } from './limit.js';
import { errorReply, Refusal, type Reply } from './reply.js';
import { type Destination, Router } from './router.js';
import { misfit } from './shape.js';
import { occasionOf } from './subject.js';
import type { World } from './world.js';

const keyHeaders: Readonly<Record<ProviderName, string>> = { anchor: 'anchor-api-key', browserbase: 'x-bb-api-key' };

/** A request that was written into the ledger, on its way. */
interface Visit {
  readonly exchange: Exchange;
  readonly destination: Destination;
  readonly query: URLSearchParams;
  readonly entry: RequestEntry;
  readonly occasion: Occasion;
  readonly fault: Fault | undefined;
}

/** Answers the requests to both providers. */
export class ProviderServer {
  readonly #router = new Router({ anchor: anchorRoutes, browserbase: browserbaseRoutes });

  constructor(
    readonly world: World,
    /** Real milliseconds before each answer. */
    readonly latencyMs: number,
  ) {}

  async handle(exchange: Exchange, provider: ProviderName, url: URL): Promise<void> {
    const method = exchange.request.method ?? 'GET';
    const destination = this.#router.find(provider, method, url.pathname);
    const body = parsed(await exchange.text());
    const entry = this.#enter(exchange, provider, url, { destination, body });
    if (!destination) {
      entry.problem = 'unknown route';
      entry.status = 404;
      exchange.send(errorReply(provider, new Refusal(404, `The simulator has no route ${method} ${url.pathname}`)));
      return;
    }
    const occasion = occasionOf(this.world, destination, url.searchParams, body);
    if (occasion.endpoint !== undefined) entry.endpoint = occasion.endpoint;
    await this.#tell('received', occasion, entry);
    await pause(this.latencyMs, exchange);
    const fault = this.world.faultFor(occasion);
    if (fault) entry.fault = fault.kind;
    const visit: Visit = { exchange, destination, query: url.searchParams, entry, occasion, fault };
    entry.status = await this.#serve(visit);
    await this.#tell('replied', occasion, entry);
  }

  async #serve(visit: Visit): Promise<Outcome> {
    const { exchange, destination, fault } = visit;
    if (fault && preventsEffect(fault)) {
      if (fault.kind === 'effect-late') this.#later(visit, fault);
      return answerWithout(exchange, destination.provider, fault);
    }
    if (fault?.kind === 'slow') await pause(fault.delayMs ?? 2000, exchange);
    const reply = await this.#perform(visit);
    return answer(exchange, destination.provider, reply, fault);
  }

  /** Does what the request wants after its caller has given up. */
  #later(visit: Visit, fault: Fault): void {
    const due = this.world.now + milliseconds(fault.delayMs ?? 5000);
    this.world.clock.wake(due, () => void this.#perform(visit));
  }

  async #perform(visit: Visit): Promise<Reply> {
    const { destination, entry, occasion, exchange, fault } = visit;
    let told = false;
    const effected = async (): Promise<void> => {
      if (told) return;
      told = true;
      await this.#tell('effected', occasion, entry);
    };
    try {
      const reply = await destination.route.handle(
        this.#call(visit, async () => {
          await effected();
          if (fault?.kind === 'reply-lost') exchange.reset();
        }),
      );
      await effected();
      return reply;
    } catch (error) {
      if (error instanceof Refusal) return errorReply(destination.provider, error);
      entry.problem = `simulator: ${String(error)}`;
      return errorReply(destination.provider, new Refusal(500, entry.problem));
    }
  }

  /** The request as its route sees it; refuses one without a known key, beyond a limit or of a wrong shape. */
  #call({ exchange, destination, query, entry }: Visit, effected: () => Promise<void>): Call {
    const { provider, route, params } = destination;
    const owner = route.signed ? this.world.sessions.get(params['sessionId'] ?? '')?.account : undefined;
    const account = owner ?? this.#accountOf(exchange, provider);
    if (!account) throw new Refusal(401, 'The API key is missing or not valid');
    if (!route.signed) admitRequest(this.world, account);
    const body = entry.body ?? {};
    if (route.body || typeof body !== 'object') {
      const wrong = misfit(body, route.body ?? { type: 'object' });
      if (wrong !== undefined) throw new Refusal(400, wrong);
    }
    const { world } = this;
    const fields = body as Record<string, unknown>;
    return { world, account, params, query, body: fields, entry, hungUp: exchange.closed, effected };
  }

  #accountOf(exchange: Exchange, provider: ProviderName): Account | undefined {
    const key = exchange.request.headers[keyHeaders[provider]];
    return this.world.accounts.find((account) => account.provider === provider && account.key === key);
  }

  #enter(
    exchange: Exchange,
    provider: ProviderName,
    url: URL,
    { destination, body }: { destination: Destination | undefined; body: unknown },
  ): RequestEntry {
    const account = this.#accountOf(exchange, provider);
    return this.world.book.request({
      provider,
      ...(account ? { account: account.label } : {}),
      operation: destination?.route.operation ?? 'unknown',
      ...(destination?.route.endpoint ? { endpoint: destination.route.endpoint } : {}),
      method: exchange.request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: maskedHeaders(exchange),
      ...(body === undefined ? {} : { body }),
    });
  }

  #tell(phase: Phase, occasion: Occasion, { seq, runId, sessionId }: RequestEntry): Promise<void> {
    const about = { ...(runId === undefined ? {} : { runId }), ...(sessionId === undefined ? {} : { sessionId }) };
    return this.world.hooks.tell({ ...occasion, ...about, phase, seq });
  }
}

function maskedHeaders(exchange: Exchange): Record<string, string> {
  const secret = new Set(['authorization', ...Object.values(keyHeaders)]);
  const pairs = Object.entries(exchange.request.headers).map(([name, value]) => [
    name,
    secret.has(name) ? '***' : String(value),
  ]);
  return Object.fromEntries(pairs);
}

/** JSON where it is JSON, else the text itself; undefined for an empty body. */
function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
