import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { loopback } from '../src/worker/embedded/ports.js';

/** The Temporal server writes its ports into columns of 16 bits with a sign; below the lowest are those that others expect. */
const [lowest, highest] = [10_000, 32_767];

/** So many ports of this machine that nobody listens on, all different, and none that a server of Temporal can't note. */
export async function freePorts(count: number): Promise<number[]> {
  const taken: Server[] = [];
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const port = randomInt(lowest, highest);
      const server = await listen(port);
      if (!server) continue;
      taken.push(server);
      ports.push(port);
    }
    return ports;
  } finally {
    await Promise.all(taken.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, loopback);
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
