import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { loopback } from '../src/worker/embedded/ports.js';

/** So many ports of this machine that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, loopback));
  try {
    await Promise.all(servers.map((server) => once(server, 'listening')));
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
