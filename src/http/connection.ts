import { Socket } from 'node:net';
import { Agent, buildConnector, Client, type Dispatcher } from 'undici';

/** A way to send one request, and what is known of its connection. */
export interface Line {
  readonly dispatcher: Dispatcher;
  /** Whether this error says that no connection was opened, so that nothing was sent. */
  neverOpened(error: unknown): boolean;
  /** Ends a connection that was opened for one request alone. */
  close(): void;
}

/** The connections to one origin. */
export interface Connections {
  /** A kept connection, if one is free. */
  shared(): Line;
  /**
   * A connection of its own: no other request used it before, so a lost answer is not a stale connection. One that opens
   * after `notAfter` (epoch milliseconds) is not used.
   */
  fresh(notAfter?: number): Line;
  close(): Promise<void>;
}

// The whole exchange has a deadline of the caller's; undici's own would cut a call that blocks for hours.
const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 } as const;
const sharedConnections = 64;

/** Opens connections to an origin, each within `connectMs`, with TCP keep-alive. */
export function openConnections(origin: string, connectMs: number): Connections {
  const connect = buildConnector({ timeout: connectMs, keepAlive: true, keepAliveInitialDelay: 30_000 });
  const unopened = new WeakSet<Error>();
  const marking: buildConnector.connector = (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) unopened.add(error);
      return error === null ? callback(null, socket) : callback(error, null);
    });
  const pool = new Agent({ ...noTimeouts, connect: marking, connections: sharedConnections });
  const ownLines = new Set<() => Promise<void>>();
  return {
    shared: () => ({
      dispatcher: pool,
      neverOpened: (error) => error instanceof Error && unopened.has(error),
      close: () => undefined,
    }),
    fresh: (notAfter = Number.POSITIVE_INFINITY) =>
      openOwnLine(origin, { connect: punctual(connect, notAfter), ownLines }),
    close: async () => {
      await Promise.all([pool.destroy(), ...[...ownLines].map((end) => end())]);
    },
  };
}

/** A process may have slept while it connected: what was to be sent is sent at once when the connection opens, or not at all. */
function punctual(connect: buildConnector.connector, notAfter: number): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (Date.now() <= notAfter) return callback(null, socket);
      socket.destroy();
      return callback(new Error('The connection opened after the last moment to send.'), null);
    });
}

interface OwnLine {
  connect: buildConnector.connector;
  ownLines: Set<() => Promise<void>>;
}

function openOwnLine(origin: string, { connect, ownLines }: OwnLine): Line {
  let opened = false;
  let connecting: unknown;
  const client = new Client(origin, {
    ...noTimeouts,
    connect: (options, callback) => {
      // Typed as nothing, but it is the socket, which undici itself leaves to the connect time-out.
      connecting = connect(options, (...[error, socket]) => {
        opened = error === null;
        return error === null ? callback(null, socket) : callback(error, null);
      });
    },
  });
  const end = async () => {
    ownLines.delete(end);
    await client.destroy();
    if (!opened && connecting instanceof Socket) connecting.destroy();
  };
  ownLines.add(end);
  return { dispatcher: client, neverOpened: () => !opened, close: () => void end().catch(() => undefined) };
}
