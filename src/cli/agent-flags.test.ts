import { expect, test } from 'vitest';
import type { EndpointName } from '../core/endpoints.js';
import type { JsonObject } from '../core/json.js';
import { type AgentFlags, agentOf } from './agent-flags.js';

const rows: [EndpointName, AgentFlags, JsonObject][] = [
  [
    'anchor.webTask',
    { prompt: 'p', url: 'https://a.example', sessionId: 's' },
    { prompt: 'p', url: 'https://a.example', sessionId: 's' },
  ],
  ['anchor.sessionAgent', { prompt: 'p', sessionId: 's' }, { prompt: 'p', session_id: 's' }],
  ['anchor.task', { taskId: 't', input: ['a=1'] }, { taskId: 't', input_params: { a: '1' } }],
  ['anchor.task', { taskId: 't', sessionId: 's' }, { taskId: 't', input_params: {}, session_id: 's' }],
  ['anchor.namedTask', { taskName: 'n', input: ['ANCHOR_A=1=2'] }, { taskName: 'n', inputs: { ANCHOR_A: '1=2' } }],
  ['browserbase.agentRun', { task: 't' }, { task: 't' }],
];

test.each(rows)('options of %s become the fields of its input', (endpoint, flags, input) => {
  expect(agentOf(endpoint, {}, flags)).toEqual({ endpoint, input });
});

test('options go on top of the body, and inputs beside its inputs', () => {
  const body = { taskId: 'old', input_params: { a: '0', b: { $secret: 'B' } }, version: '2' };
  const { input } = agentOf('anchor.task', body, { taskId: 'new', input: ['a=1'] });
  expect(input).toEqual({ taskId: 'new', input_params: { a: '1', b: { $secret: 'B' } }, version: '2' });
  expect(body.input_params.a).toBe('0');
});

test('an option that the endpoint has no field for is refused, with those that it has', () => {
  expect(() => agentOf('browserbase.agentRun', {}, { prompt: 'p' })).toThrow(
    expect.objectContaining({ code: 'bad-input', hint: expect.stringContaining('It takes --task;') as unknown }),
  );
});
