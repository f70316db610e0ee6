import type { IncomingMessage, ServerResponse } from 'node:http';
import { payloadOf, Refusal, type Reply } from './reply.js';

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
    const { bytes, type } = payloadOf(reply);
    this.#head(reply, type, bytes.length);
    this.response.end(bytes);
    return true;
  }

  /** Sends the first half of an answer that says how long it is, then breaks the connection off. */
  sendHalf(reply: Reply): void {
    const { bytes, type } = payloadOf(reply);
    this.#head(reply, type, bytes.length);
    this.response.write(bytes.subarray(0, bytes.length >> 1), () => this.reset());
  }

  /** Breaks the connection off. */
  reset(): void {
    const { socket } = this.request;
    if (!socket.destroyed) socket.resetAndDestroy();
  }

  #head({ status, headers = {} }: Reply, type: string, length: number): void {
    this.response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': length,
      Date: new Date(this.now()).toUTCString(),
      ...headers,
    });
  }
}
