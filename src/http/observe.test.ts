import { expect, test } from 'vitest';
import { PerdureError } from '../core/errors.js';
import { observed, type RequestEnd, routeOf } from './observe.js';

test.each([
  ['/v1/sessions', '/v1/sessions'],
  ['/v1/sessions/6f1c/agent/run', '/v1/sessions/{id}/agent/run'],
  ['/v1/tools/perform-web-task/wf_1/status', '/v1/tools/perform-web-task/{id}/status'],
  ['/v2/tasks/runs/run_9/status', '/v2/tasks/runs/{id}/status'],
  ['/v1/task/run/export-orders', '/v1/task/run/{id}'],
  ['/v1/task/t1/executions/e1', '/v1/task/{id}/executions/{id}'],
  ['/v1/agents/runs/r1/messages', '/v1/agents/runs/{id}/messages'],
  ['/v1/downloads/d1', '/v1/downloads/{id}'],
  ['/v1/sessions/s1/requested-human-intervention', '/v1/sessions/{id}/requested-human-intervention'],
])('%s is told as %s', (path, route) => {
  expect(routeOf(path)).toBe(route);
});

const request = { provider: 'Anchor', account: 'anchor/default', method: 'GET', route: '/v1/sessions' };

test('what becomes of a request is told by its status or its code, and by nothing else', async () => {
  const told: RequestEnd[] = [];
  const observe = () => (end: RequestEnd) => void told.push(end);
  const failing = (error: Error) => observed(observe, request, () => Promise.reject(error)).catch(() => undefined);
  await observed(observe, request, () => Promise.resolve({ status: 202, body: 'secret' }));
  await failing(new PerdureError({ code: 'rate-limited', message: 'secret', status: 429 }));
  await failing(new PerdureError({ code: 'provider-timeout', message: 'secret' }));
  await failing(new TypeError('secret'));
  expect(told).toEqual([
    { status: 202 },
    { error: 'rate-limited', status: 429 },
    { error: 'provider-timeout' },
    { error: 'internal' },
  ]);
});
