import { expect, test } from 'vitest';
import { z } from 'zod';
import { anchor, browserbase } from '../core/builders.js';
import { PerdureError } from '../core/errors.js';
import { defaultTimings, scaleTimings } from '../core/timings.js';
import { parse } from './parse.js';
import { startOptions } from './start.js';

const agent = anchor.webTask({ prompt: 'p' });
const start = (more: object) => parse(startOptions, { key: 'k', agent, ...more }, 'the start options');

function refusalOf(more: object): PerdureError {
  try {
    start(more);
  } catch (error) {
    if (error instanceof PerdureError) return error;
    throw error;
  }
  return expect.fail('the options were accepted');
}

test('what is left out is filled in: a write on the default account, one hour, 256 KiB', () => {
  expect(start({})).toEqual({
    key: 'k',
    account: 'anchor/default',
    agent,
    effect: 'write',
    onUnknownStart: 'ask',
    resultSchema: undefined,
    timings: defaultTimings,
    resultBytes: 262_144,
  });
});

test('a zod result fills the field of the endpoint and is what the result is checked by', () => {
  const result = z.object({ total: z.number(), lines: z.array(z.object({ text: z.string() })).optional() });
  const checked = start({ result, agent: browserbase.agentRun({ task: 't' }) });
  const schema = {
    type: 'object',
    properties: {
      total: { type: 'number' },
      lines: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } },
    },
    required: ['total'],
  };
  expect(checked.resultSchema).toEqual(schema);
  expect(checked.agent).toEqual(browserbase.agentRun({ task: 't', resultSchema: schema }));
});

test('a strict zod object forbids further fields in the result', () => {
  expect(start({ result: z.strictObject({ a: z.string() }) }).resultSchema).toMatchObject({
    additionalProperties: false,
  });
});

test("the agent's own schema is checked by when no result is given, and both may say the same", () => {
  const own = { type: 'object', required: ['b', 'a'], properties: { a: { type: 'string' }, b: {} } };
  const same = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { b: {}, a: { type: 'string' } },
    required: ['a', 'b'],
    type: 'object',
  };
  const spec = anchor.webTask({ prompt: 'p', output_schema: own });
  expect(start({ agent: spec }).resultSchema).toEqual(own);
  expect(start({ agent: spec, result: same }).resultSchema).toEqual(same);
});

test('a task has no field for the schema, so its result is only checked', () => {
  const task = anchor.task({ taskId: 't', input_params: {} });
  const checked = start({ agent: task, result: { type: 'object' } });
  expect(checked.agent).toEqual(task);
  expect(checked.resultSchema).toEqual({ type: 'object' });
});

test('the deadline goes before the one in the timings, and both are durations', () => {
  const { scale, ...shorter } = scaleTimings(defaultTimings, 0.01);
  const timings = { ...shorter, deadline: '1h' };
  expect(start({ deadline: '90s', timings }).timings).toEqual({
    ...defaultTimings,
    ...shorter,
    deadline: 90_000,
  });
  expect(() => start({ timings: { scale } })).toThrow('timings.scale: unknown field');
  expect(start({ timings: { heartbeat: undefined, cadence: { max: '1m' } } }).timings).toEqual({
    ...defaultTimings,
    cadence: { first: 3000, max: 60_000 },
  });
});

test.each<[string, object, string, string?]>([
  ['no key', { key: undefined }, 'key: expected 1 to 180', 'the same key gives the same run'.slice(4)],
  ['a key with a space', { key: 'a b' }, 'key: expected 1 to 180 of A-Z a-z 0-9 . _ / : -, got the text "a b"'],
  ['an account of the other provider', { account: 'browserbase/default' }, 'account: expected an account of anchor'],
  ['an account without provider', { account: 'default' }, 'account: expected an account name such as'],
  ['half a second', { deadline: 500 }, 'deadline: expected a duration from 1s to 3650d 0h, got 500'],
  ['a deadline without unit', { deadline: '90' }, 'deadline:', "'90s'"],
  ['eleven years', { deadline: '4015 days' }, 'deadline:'],
  [
    'a cadence that falls',
    { timings: { cadence: { first: '1m' } } },
    'timings.cadence.max: expected at least cadence.first, which is 60000 ms, got nothing',
  ],
  ['an unknown timing', { timings: { heartBeat: 1 } }, "timings.heartBeat: unknown field; did you mean 'heartbeat'?"],
  ['too large a result', { resultBytes: 2_000_000 }, 'resultBytes: expected a number of at most 1572864, got 2000000'],
  ['an unknown effect', { effect: 'wrtie' }, "effect: expected one of 'read', 'write' (did you mean 'write'?)"],
  [
    'a write that is made again without proof',
    { effect: 'write', onUnknownStart: 'again' },
    "onUnknownStart: expected 'ask' or 'fail'",
    "say effect: 'read'",
  ],
  ['a deployment, which is that of the client', { deployment: 'staging' }, 'deployment: unknown field'],
  [
    'a date in the result',
    { result: z.object({ at: z.date() }) },
    'result: expected a zod schema that JSON Schema can say (Date',
    'z.iso.datetime()',
  ],
  [
    'a transform in the result',
    { result: z.string().transform(Number) },
    'result: expected a zod schema',
    'after it came',
  ],
  [
    'a schema that does not compile',
    { result: { type: 'strnig' } },
    'result: expected a JSON Schema that can be compiled',
  ],
  ['a reference to elsewhere', { result: { $ref: 'https://example.com/a.json' } }, 'result:', '$defs'],
  [
    'a schema of an older draft',
    { result: { $schema: 'http://json-schema.org/draft-07/schema#' } },
    'result:',
    'leave $schema out',
  ],
  [
    'a text for a schema',
    { result: 'Invoice' },
    'result: expected a zod schema or a JSON Schema object, got the text "Invoice"',
  ],
  [
    "an agent's schema that does not compile",
    { agent: anchor.webTask({ prompt: 'p', output_schema: { type: 1 } }) },
    'agent.input.output_schema:',
  ],
  [
    'two schemas that differ',
    { result: { type: 'object' }, agent: anchor.webTask({ prompt: 'p', output_schema: { type: 'string' } }) },
    "result: expected the same schema as the agent's own",
    'Give the schema once',
  ],
])('%s is refused with the reason', (_, more, message, hint = '') => {
  const error = refusalOf(more);
  expect(error.code).toBe('bad-input');
  expect(error.message).toContain(message);
  expect(error.hint ?? '').toContain(hint);
});
