import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FakeInbox, openInbox, tokens } from '../../test/inbox/fake.js';
import { PerdureError } from '../core/errors.js';

/** `PERDURE_API_REQUESTS=20000` for the long form. */
const requests = Number(process.env.PERDURE_API_REQUESTS ?? 5000);
const patienceMs = 5_000;

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  additionalProperties?: unknown;
}

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const key = fc.oneof(
  fc.constantFrom('a/b', 'known', 'foreign', '..', '.', '%', 'é', ''),
  fc.stringMatching(/^[A-Za-z0-9._/:-]{1,20}$/),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const known = ['perdure:run:a/b~req-1', 'perdure:run:foreign~req-1', 'perdure:run:a/b~direct'];

/** Values that fit a schema, and now and then some that do not. */
function valueOf(schema: Schema, document: Document, depth = 0): fc.Arbitrary<unknown> {
  const { $ref } = schema;
  if ($ref) return valueOf(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, document, depth);
  const odd = fc.jsonValue({ maxDepth: 2 });
  return fc.oneof({ weight: 6, arbitrary: fitting(schema, document, depth) }, { weight: 1, arbitrary: odd });
}

function fitting(schema: Schema, document: Document, depth: number): fc.Arbitrary<unknown> {
  const { enum: values, properties, items, required = [], type } = schema;
  const either = schema.anyOf ?? schema.oneOf;
  if (values) return fc.constantFrom(...values);
  if (either) return fc.oneof(...either.map((each) => valueOf(each, document, depth)));
  if (properties && depth < 4) {
    const fields = Object.entries(properties).map(
      ([name, each]) => [name, valueOf(each, document, depth + 1)] as const,
    );
    return fc.record(Object.fromEntries(fields), { requiredKeys: required });
  }
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return schema.pattern ? key : fc.string({ unit: 'binary', maxLength: 40 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.double());
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(items ?? {}, document, depth + 1), { maxLength: 4 });
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

interface Generated {
  method: string;
  path: string;
  body?: string;
  type: string;
  authorization: string | undefined;
}

const authorization = fc.oneof(
  { weight: 3, arbitrary: fc.constant(`Bearer ${tokens.ann}`) },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 'Bearer x', `Bearer ${tokens.ann}x`, `Basic ${tokens.ann}`) },
);

function requestOf(document: Document): fc.Arbitrary<Generated> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return fc.oneof(...operations.map(({ path, method, operation }) => generated(path, method, operation, document)));
}

function generated(path: string, method: string, operation: Operation, document: Document): fc.Arbitrary<Generated> {
  const { parameters = [], requestBody } = operation;
  const places = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
  const queries = parameters.filter((each) => each.in === 'query');
  const place = fc.oneof(key, fc.constantFrom(...known), fc.string({ unit: 'binary', maxLength: 60 }));
  const schema = requestBody?.content['application/json']?.schema;
  return fc
    .record({
      place,
      query: fc.record(Object.fromEntries(queries.map((each) => [each.name, valueOf(each.schema, document)])), {
        requiredKeys: [],
      }),
      body: schema ? valueOf(schema, document) : fc.constant(undefined),
      broken: fc.constantFrom('', '', '', '', '}', '\u0000'),
      type: fc.constantFrom('application/json', 'application/json', 'application/json', 'text/plain', ''),
      authorization,
    })
    .map(({ place: value, query, body, broken, type, authorization: given }) => {
      const filled = places.reduce((text, name) => text.replace(`{${name}}`, encode(value)), path);
      const search = new URLSearchParams(
        Object.entries(query).map(([name, each]): [string, string] => [name, textOf(each)]),
      ).toString();
      const text = body === undefined ? undefined : JSON.stringify(body) + broken;
      return { method, path: `/api${filled}${search && `?${search}`}`, body: text, type, authorization: given };
    });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As `encodeURIComponent`, which refuses half of a surrogate pair. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

async function documentOf({ app }: FakeInbox): Promise<Document> {
  return (await (await app.request('/api/openapi.json')).json()) as Document;
}

async function send({ app }: FakeInbox, { method, path, body, type, authorization: given }: Generated) {
  const headers = { ...(given && { authorization: given }), ...(type && { 'content-type': type }) };
  const sent = app.request(path, { method, headers, ...(method === 'POST' && body !== undefined && { body }) });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new TypeError(`no answer within ${patienceMs} ms`)), patienceMs).unref();
  });
  return Promise.race([sent, late]);
}

test(`${requests} requests made of the API's own document meet no failure, no silence and have no effect without a token`, async () => {
  const inbox = openInbox();
  inbox.client.ask({ id: known[0] ?? '' });
  inbox.client.ask({ id: known[2] ?? '', form: { kind: 'confirm' } });
  inbox.client.run('a/b');
  inbox.client.run('known', { status: 'completed' });
  const arbitrary = requestOf(await documentOf(inbox));
  const statuses: Record<number, number> = {};
  await fc.assert(
    fc.asyncProperty(arbitrary, async (request) => {
      const before = inbox.client.effects;
      const reply = await send(inbox, request);
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
      expect(reply.status).toBeLessThan(500);
      const answer = (await reply.json()) as { error?: { code: string; message: string } };
      if (reply.status >= 400) expect(answer).toMatchObject({ error: { code: expect.any(String) } });
      const allowed = request.authorization === `Bearer ${tokens.ann}`;
      if (!allowed) expect([401, 404, 429]).toContain(reply.status);
      if (!allowed || reply.status >= 400) expect(inbox.client.effects).toBe(before);
    }),
    { numRuns: requests, interruptAfterTimeLimit: 1_200_000, markInterruptAsFailure: true },
  );
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '202', '400', '401', '404']));
}, 1_300_000);

test('while Temporal is away they meet 503, and nothing else of that kind', async () => {
  const inbox = openInbox();
  const arbitrary = requestOf(await documentOf(inbox));
  inbox.client.down = new PerdureError({ code: 'temporal-unreachable', message: 'Temporal did not answer.' });
  await fc.assert(
    fc.asyncProperty(arbitrary, async (request) => {
      const { status } = await send(inbox, request);
      expect(status < 500 || status === 503).toBe(true);
    }),
    { numRuns: Math.min(requests, 400) },
  );
  expect(inbox.client.effects).toBe(0);
}, 120_000);
