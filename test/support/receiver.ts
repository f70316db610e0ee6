import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** What a receiver got. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP server that channels tell, and that a test has the answers of. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on. Default: 204. */
  answer: (response: ServerResponse, request: Received) => void;
  /** Waits until it has got so many requests. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a receiver on a port of the loopback interface. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let tell = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const got = { path, headers, body: Buffer.concat(chunks).toString() };
      received.push(got);
      tell();
      receiver.answer(response, got);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (response) => void response.writeHead(204).end(),
    until: async (count) => {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
