import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

/** Where and how patiently requests are taken. */
interface ListenTerms {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Milliseconds that a whole request may take to come. */
  requestMs: number;
}

/** A server that takes requests. */
export interface Listener {
  /** Where it is reached on this machine. */
  readonly url: string;
  /** Breaks open connections off and frees the port. */
  stop(): Promise<void>;
}

type Answer = Parameters<typeof getRequestListener>[0];

/** Serves an app over HTTP. Throws the system's error where the address can't be listened at. */
export async function listen(answer: Answer, { host, port, requestMs }: ListenTerms): Promise<Listener> {
  const respond = getRequestListener(answer, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void respond(request, response));
  server.requestTimeout = requestMs;
  server.headersTimeout = Math.min(requestMs, 10_000);
  server.keepAliveTimeout = 5_000;
  server.maxRequestsPerSocket = 10_000;
  await open(server, host, port);
  return { url: urlOf(server.address() as AddressInfo), stop: () => shut(server) };
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function open(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function urlOf({ address, port, family }: AddressInfo): string {
  const name = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && name.includes(':') ? `[${name}]` : name}:${port}`;
}
