import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control, controlPrefix } from './control.js';
import { SimulatorError } from './error.js';
import { Exchange } from './exchange.js';
import { liveView } from './live-view.js';
import { ProviderServer } from './provider-server.js';
import { errorReply, Refusal } from './reply.js';
import type { World } from './world.js';

export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly latencyMs: number;
}

/** Opens the port that everything is served from. */
export async function listen(world: World, options: ListenOptions): Promise<{ url: string; close(): Promise<void> }> {
  const providers = new ProviderServer(world, options.latencyMs);
  const server = createServer((request, response) => void serve(world, providers, request, response));
  server.keepAliveTimeout = 30_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new SimulatorError(`cannot listen: ${cause.message}`, { cause })));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, close: () => shut(server) };
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  world: World,
  providers: ProviderServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, () => world.now);
  try {
    await route(world, providers, exchange);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, `simulator: ${String(error)}`);
    if (!response.headersSent) exchange.send(errorReply(undefined, refusal));
    else exchange.reset();
  }
}

async function route(world: World, providers: ProviderServer, exchange: Exchange): Promise<void> {
  const url = new URL(exchange.request.url ?? '/', 'http://simulator');
  const [, first = '', ...rest] = url.pathname.split('/');
  if (first === 'anchor' || first === 'browserbase') {
    url.pathname = `/${rest.join('/')}`;
    return providers.handle(exchange, first, url);
  }
  if (`/${first}` === controlPrefix) {
    exchange.send(await control(world, exchange, url));
  } else if (first === 'live') {
    exchange.send(liveView(world, rest.join('/')));
  } else {
    unknownAddress(world, exchange, url);
  }
}

function unknownAddress(world: World, exchange: Exchange, url: URL): void {
  const method = exchange.request.method ?? 'GET';
  const entry = world.book.request({
    operation: 'unknown',
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {},
  });
  entry.problem = 'unknown route';
  entry.status = 404;
  const message = `No such address; the providers are at /anchor and /browserbase, not at ${url.pathname}`;
  exchange.send(errorReply(undefined, new Refusal(404, message)));
}
