import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../src/core/json.js';

/** An answer as it went over the wire. */
export interface Exchange {
  method: string;
  path: string;
  status: number;
  body: Json;
}

/** A server between Perdure and the simulator that remembers the answers. */
export interface Recorder {
  url: string;
  exchanges: Exchange[];
  close(): Promise<void>;
}

/** Listens before a server of plain JSON. */
export async function startRecorder(target: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    void forward(target, request).then(
      (exchange) => {
        exchanges.push(exchange);
        response.writeHead(exchange.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(exchange.body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(target: string, request: IncomingMessage): Promise<Exchange> {
  const { method = '', url: path = '', headers } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const kept = ['content-type', 'anchor-api-key', 'x-bb-api-key'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
  const answer = await fetch(`${target}${path}`, { method, headers: kept, body });
  const text = await answer.text();
  return { method, path, status: answer.status, body: text === '' ? null : (JSON.parse(text) as Json) };
}
