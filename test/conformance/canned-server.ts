import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EndpointName } from '../../src/core/endpoints.js';
import { createProvider, type EndpointDriver } from '../../src/providers/index.js';

/** Answers by `METHOD /path`, for shapes that the simulator does not give; a number is a status without a body. */
export type Canned = Record<string, unknown>;

/** A driver whose provider gives just these answers, and anything else as 404. */
export async function cannedDriver<E extends EndpointName>(
  endpoint: E,
  answers: Canned,
): Promise<{ driver: EndpointDriver<E>; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[`${request.method} ${request.url?.split('?')[0]}`] ?? 404;
    response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
    response.end(typeof answer === 'number' ? '{}' : JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider = createProvider({
    name: 'test/default',
    provider: endpoint === 'browserbase.agentRun' ? 'browserbase' : 'anchor',
    apiKey: 'key',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return {
    driver: provider.driver(endpoint),
    close: async () => {
      await provider.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
