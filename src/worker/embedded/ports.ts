import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { Connection } from '@temporalio/client';
import { PerdureError } from '../../core/errors.js';

/** The only interface that the embedded server listens on. */
export const loopback = '127.0.0.1';

const defaultPort = 7233;

/** The port that was asked for (0: any free one; default 7233), or `server-port-taken` with what answers there. */
export async function choosePort(asked: number = defaultPort): Promise<number> {
  const port = await tryListening(asked);
  if (port !== undefined) return port;
  throw new PerdureError({
    code: 'server-port-taken',
    message: `Port ${asked} is taken by ${await whatAnswers(asked)}.`,
    hint: `End that process, choose another port (0 takes any free one), or set TEMPORAL_ADDRESS=${loopback}:${asked} if it is the Temporal server to use.`,
  });
}

/** A port for the web pages, or undefined when there are to be none or the port is taken. */
export async function chooseUiPort(asked: number | false | undefined, serverPort: number): Promise<number | undefined> {
  if (asked === false) return undefined;
  const port = asked ?? serverPort + 1000;
  return port > 65_535 ? undefined : tryListening(port);
}

async function tryListening(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen({ port, host: loopback, exclusive: true });
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : undefined;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}

/** Whether something accepts connections at `host:port`. */
export async function accepts(address: string, timeoutMs: number): Promise<boolean> {
  return (await converse(address, '', timeoutMs)) !== undefined;
}

/** What answers on a port, in words. */
async function whatAnswers(port: number): Promise<string> {
  const address = `${loopback}:${port}`;
  const reply = await converse(address, `GET / HTTP/1.0\r\nHost: ${address}\r\n\r\n`, 1_000);
  if (reply === undefined) return 'a process that does not accept connections';
  if (reply.startsWith('HTTP/')) return 'an HTTP server';
  const temporal = await temporalVersion(address);
  return temporal ? `a Temporal server ${temporal}` : 'a process that is not a Temporal server';
}

/** The version and the identity of the Temporal server at an address; rejects when none answers in time. */
export async function clusterAt(address: string, timeoutMs: number): Promise<{ version: string; clusterId: string }> {
  const connection = await Connection.connect({ address, connectTimeout: timeoutMs });
  try {
    const ask = () => connection.workflowService.getClusterInfo({});
    const { serverVersion, clusterId } = await connection.withDeadline(Date.now() + timeoutMs, ask);
    return { version: serverVersion, clusterId };
  } finally {
    await connection.close();
  }
}

async function temporalVersion(address: string): Promise<string | undefined> {
  try {
    return (await clusterAt(address, 1_500)).version || 'of unknown version';
  } catch {
    return undefined;
  }
}

/** Sends a text and gives the first bytes of the reply ('' when nothing was sent or said), undefined when refused. */
function converse(address: string, text: string, timeoutMs: number): Promise<string | undefined> {
  const [host = loopback, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(port) });
    const end = (reply: string | undefined) => {
      socket.destroy();
      resolve(reply);
    };
    let connected = false;
    socket.setTimeout(timeoutMs, () => end(connected ? '' : undefined));
    socket.once('connect', () => {
      connected = true;
      if (text === '') end('');
      else socket.write(text);
    });
    socket.once('data', (data) => end(data.toString('latin1', 0, 64)));
    socket.once('end', () => end(''));
    socket.once('error', () => end(connected ? '' : undefined));
  });
}
