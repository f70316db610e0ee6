import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, type Reply } from './reply.js';

const bodyLimit = 16 * 1024 * 1024;

/** One request and its answer on the socket. */
export class Exchange {
  /** Settles when the caller has hung up or was answered. */
  readonly closed: Promise<void>;
  #gone = false;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly now: () => number,
  ) {
    this.closed = new Promise((resolve) => response.once('close', resolve));
    response.once('close', () => {
      this.#gone = true;
    });
    response.sendDate = false;
  }

  /** Whether nobody listens any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** The whole body as text. */
  async text(): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > bodyLimit) throw new Refusal(413, 'The body is too large');
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** Sends an answer; false when nobody listens. */
  send(reply: Reply): boolean {
    if (this.#gone) return false;
    const text = reply.html ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
    this.#head(reply, Buffer.byteLength(text));
    this.response.end(text);
    return true;
  }

  /** Sends the first half of an answer that says how long it is, then breaks the connection off. */
  sendHalf(reply: Reply): void {
    const text = JSON.stringify(reply.body) ?? '';
    this.#head(reply, Buffer.byteLength(text));
    this.response.write(text.slice(0, text.length >> 1), () => this.reset());
  }

  /** Breaks the connection off. */
  reset(): void {
    const { socket } = this.request;
    if (!socket.destroyed) socket.resetAndDestroy();
  }

  #head({ status, headers = {}, html }: Reply, length: number): void {
    this.response.writeHead(status, {
      'Content-Type': html === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      'Content-Length': length,
      Date: new Date(this.now()).toUTCString(),
      ...headers,
    });
  }
}
