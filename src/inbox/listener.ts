import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { PerdureError } from '../core/errors.js';

/** Where and how patiently requests are taken. */
interface ListenTerms {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Milliseconds that a whole request may take to come. */
  requestMs: number;
  /** Whether somebody chose the tokens: without, nothing but this machine is listened to. */
  tokensConfigured: boolean;
  /** What listens, and where its place is chosen, for people. */
  words: { name: string; host: string; port: string };
}

/** A server that takes requests. */
export interface Listener {
  /** Where it is reached on this machine. */
  readonly url: string;
  /** Breaks open connections off and frees the port. */
  stop(): Promise<void>;
}

type Answer = Parameters<typeof getRequestListener>[0];

/**
 * Serves an app over HTTP.
 * @throws PerdureError `config-invalid` when it would listen to other machines without tokens that somebody chose;
 * `server-port-taken`.
 */
export async function listen(answer: Answer, terms: ListenTerms): Promise<Listener> {
  const { host, port, requestMs, tokensConfigured } = terms;
  if (!isLoopback(host) && !tokensConfigured) throw exposed(terms);
  const respond = getRequestListener(answer, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void respond(request, response));
  server.requestTimeout = requestMs;
  server.headersTimeout = Math.min(requestMs, 10_000);
  server.keepAliveTimeout = 5_000;
  server.maxRequestsPerSocket = 10_000;
  try {
    await open(server, host, port);
  } catch (cause) {
    throw portTaken(terms, cause);
  }
  return { url: urlOf(server.address() as AddressInfo), stop: () => shut(server) };
}

function exposed({ host, words }: ListenTerms): PerdureError {
  return new PerdureError({
    code: 'config-invalid',
    message: `The ${words.name} would listen at ${host}, where other machines reach it, with a token that was made up.`,
    hint: `Set PERDURE_INBOX_TOKENS to a list of name:token, or leave ${words.host} out to listen on this machine only.`,
  });
}

function portTaken({ host, port, words }: ListenTerms, cause: unknown): PerdureError {
  const why = cause instanceof Error ? cause.message : 'it can not be opened';
  return new PerdureError({
    code: 'server-port-taken',
    message: `The ${words.name} can't listen at ${host}:${port}: ${why}.`,
    hint: words.port,
    cause,
  });
}

/** Whether only this machine reaches an address. */
function isLoopback(host: string): boolean {
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
