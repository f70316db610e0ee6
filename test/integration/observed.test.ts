import { randomBytes } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import { Connection } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { DefaultLogger, type LogEntry, type Logger, Runtime } from '@temporalio/worker';
import { afterAll, assert, beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { createCodecServer } from '../../src/codec-server/create-codec-server.js';
import { writePayloads } from '../../src/codec-server/payloads.js';
import { anchor, browserbase } from '../../src/core/builders.js';
import { secret } from '../../src/core/secret.js';
import type { Perdure } from '../../src/client/perdure.js';
import { parseTokens } from '../../src/secrets/inbox-tokens.js';
import { parseKeys } from '../../src/secrets/key-ring.js';
import { EncryptingCodec } from '../../src/secrets/payload-codec.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { attributesOf, type CollectedSpan, type Collector, openCollector } from '../support/collector.js';
import { fixture } from '../plugin/stage.js';
import { Invoice, Receipt } from '../plugin/fixtures/schemas.js';

const planted = { secret: 'planted-secret-7261', prompt: 'planted prompt 7262', answer: 'planted answer 7263' };
const runtime = Runtime.instance();
const own = { metricMeter: runtime.metricMeter, logger: runtime.logger };
const workflowsPath = fixture('workflows.ts');

let t: PerdureTest;
let perdure: Perdure;
let collector: Collector;
const told: { name: string; value: number; tags: Record<string, unknown> }[] = [];
const logged: LogEntry[] = [];

/** A meter that keeps what it is told. */
function keeper(): MetricMeter {
  const metric =
    (name: string) =>
    (value: number, tags = {}) =>
      void told.push({ name, value, tags });
  const common = { unit: '', description: '', valueType: 'int' } as const;
  const meter = {
    createCounter: (name: string) => ({ ...common, kind: 'counter', name, add: metric(name), withTags: () => meter }),
    createHistogram: (name: string) => ({ ...common, kind: 'histogram', name, record: metric(name) }),
    createGauge: (name: string) => ({ ...common, kind: 'gauge', name, set: metric(name) }),
    withTags: () => meter,
  };
  return meter as unknown as MetricMeter;
}

function addressOf({ connection }: PerdureTest['client']): string {
  assert(connection instanceof Connection);
  return connection.options.address;
}

function replace(parts: { metricMeter: MetricMeter; logger: Logger }): void {
  for (const [name, value] of Object.entries(parts))
    Object.defineProperty(runtime, name, { value, configurable: true });
}

beforeAll(async () => {
  replace({ metricMeter: keeper(), logger: new DefaultLogger('INFO', (entry) => logged.push(entry)) });
  collector = await openCollector();
  t = await perdureTest({
    time: 'real',
    workflowsPath,
    schemas: { Invoice, Receipt },
    activities: { book: () => Promise.resolve('booked') },
    secrets: { resolve: (name) => (name === 'PORTAL' ? planted.secret : undefined) },
  });
  const env = { TEMPORAL_ADDRESS: addressOf(t.client) };
  perdure = await connect({ env, home: t.home, deployment: 'test', timeScale: 0.01 });
});
afterAll(async () => {
  await perdure.close();
  await t.close();
  await collector.close();
  replace(own);
});

const named = (metric: string) => told.filter(({ name }) => name === metric);

/** The spans of the trace that one begins, once the last of them is there. */
function traceBeneath(first: string, last: string): Promise<CollectedSpan[]> {
  const look = async () => {
    const all = await collector.collect();
    const { traceId } = all.find(({ name }) => name === first) ?? {};
    const ours = all.filter((span) => span.traceId === traceId);
    return ours.some(({ name }) => name === last) && ours;
  };
  return vi.waitUntil(look, { timeout: 30_000 });
}

/** The names of the spans from one up to the first of its trace. */
function lineage(span: CollectedSpan, spans: readonly CollectedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  assert(parent !== undefined || !span.parentSpanId, `${span.name} has a parent that is not there`);
  return parent ? [span.name, ...lineage(parent, spans)] : [span.name];
}

let spans: CollectedSpan[] = [];

test('one trace leads from the start at the client to the answers of the provider', async () => {
  t.simulator.on('anchor.webTask').asks({ kind: 'text', message: 'Which account?' }).returns({ total: 12 });
  const agent = anchor.webTask({
    prompt: planted.prompt,
    url: 'https://portal.example.com/?q=planted-query',
    human_intervention: true,
    secret_values: { PW: secret('PORTAL') },
  });
  const run = await trace.getTracer('web handler').startActiveSpan('POST /orders', async (span) => {
    const started = await perdure.start({ key: 'traced', agent, effect: 'read' });
    span.end();
    return started;
  });
  await perdure.answer((await t.nextQuestion(run)).id, planted.answer, { by: 'ann' });
  expect(await run.outcome()).toMatchObject({ status: 'completed', questions: [{ state: 'applied' }] });
  spans = await traceBeneath('POST /orders', 'workflow agentRun');
  const above = ['workflow agentRun', 'start agentRun', 'POST /orders'];
  expect(spans.map((span) => lineage(span, spans))).toEqual(
    expect.arrayContaining([
      above,
      ['activity perdureStart', ...above],
      ['POST /v1/sessions', 'activity perdureStart', ...above],
      ['POST /v1/tools/perform-web-task', 'activity perdureStart', ...above],
      ['POST /v1/sessions/{id}/agent/respond-to-human-intervention', 'activity perdureAnswer', ...above],
      ['GET /v1/tools/perform-web-task/{id}/status', 'activity perdureFinish', ...above],
      ['DELETE /v1/sessions/{id}', 'activity perdureFinish', ...above],
    ]),
  );
  const whole = BigInt(spans.find(({ name }) => name === 'workflow agentRun')?.endTimeUnixNano ?? 0);
  const inside = spans.filter(({ name }) => /^(activity|GET|DELETE)/.test(name));
  for (const { endTimeUnixNano, name } of inside) {
    expect(BigInt(endTimeUnixNano), name).toBeLessThanOrEqual(whole + 1_000_000n);
  }
});

test('the spans of a run say which it is and what came of it, and nothing of what was sent', async () => {
  const ofRun = { 'perdure.key': 'traced', 'perdure.endpoint': 'anchor.webTask', 'perdure.account': 'anchor/default' };
  expect(Object.fromEntries(spans.map((span) => [span.name, attributesOf(span)]))).toMatchObject({
    'start agentRun': ofRun,
    'workflow agentRun': { ...ofRun, 'perdure.status': 'completed' },
    'activity perdureStart': { ...ofRun, 'perdure.attempt': 1, 'perdure.start': 'accepted' },
    'POST /v1/tools/perform-web-task': {
      'http.request.method': 'POST',
      'url.template': '/v1/tools/perform-web-task',
      'http.response.status_code': expect.any(Number) as unknown,
      'perdure.attempt': 1,
    },
  });
  const answered = (await collector.collect()).find(({ name }) => name === 'update perdure.answer');
  expect(answered && attributesOf(answered)).toMatchObject({ 'perdure.key': 'traced' });
  const { anchor: keys } = t.simulator.keys;
  for (const hidden of [...Object.values(planted), 'planted', 'portal.example.com', ...keys]) {
    expect(collector.text()).not.toContain(hidden);
  }
});

test("a workflow of a user's own hands its trace on to its steps, and its own activities are left alone", async () => {
  t.simulator.on('anchor.webTask').returns({ total: 12 });
  const call = { args: ['https://example.com'], workflowId: 'traced-steps', taskQueue: t.taskQueue };
  expect(await perdure.temporal.workflow.execute('readAndBook', call)).toBe('booked');
  const steps = await traceBeneath('start readAndBook', 'workflow readAndBook');
  const lines = steps.map((span) => lineage(span, steps));
  const above = ['workflow readAndBook', 'start readAndBook'];
  expect(lines).toEqual(
    expect.arrayContaining([
      ['activity perdurePrepare', ...above],
      ['POST /v1/tools/perform-web-task', 'activity perdureStart', 'workflow agentRun', ...above],
    ]),
  );
  expect(lines.flat()).not.toContain('activity book');
});

test('a client that is told not to trace starts no trace, and its histories carry nothing of one', async () => {
  const env = { TEMPORAL_ADDRESS: addressOf(t.client) };
  const quiet = await connect({ env, home: t.home, deployment: 'test', timeScale: 0.01, tracing: false });
  const run = await quiet.start({ key: 'untraced', agent: browserbase.agentRun({ task: 'look' }), effect: 'read' });
  expect((await run.outcome()).status).toBe('completed');
  const history = JSON.stringify(await quiet.temporal.workflow.getHandle(run.workflowId).fetchHistory());
  expect(history).not.toContain('_tracer-data');
  await quiet.close();
  const keys = (await collector.collect()).map((span) => [span.name, attributesOf(span)['perdure.key']]);
  expect(keys.filter(([name]) => name !== 'activity perdureStart')).not.toContainEqual([
    'workflow agentRun',
    'untraced',
  ]);
  // Without a trace to be in, what a worker does is one of its own.
  expect(keys).toContainEqual(['activity perdureStart', 'untraced']);
});

test('each lost start is counted once, and a sweep tells how many runs are overdue', async () => {
  // Of what a busy machine made of the runs before, nothing is counted here.
  told.length = 0;
  t.simulator.fault({ kind: '5xx-before', on: 'start' });
  const task = 'lost';
  const agent = browserbase.agentRun({ task, mark: 'off' });
  const run = await t.perdure.start({ key: task, agent });
  await t.answer(await t.nextQuestion(run), { decision: 'give up' }, { by: 'ann' });
  expect((await run.outcome()).status).toBe('unknown');
  const place = { endpoint: 'browserbase.agentRun', account: 'browserbase/default' };
  expect(named('perdure_starts_unknown')).toMatchObject([{ value: 1, tags: place }]);
  expect(named('perdure_starts').filter(({ tags }) => tags.outcome === 'unknown')).toMatchObject([
    { value: 1, tags: { ...place, outcome: 'unknown' } },
  ]);
  expect(named('perdure_runs_ended').at(-1)).toMatchObject({ value: 1, tags: { ...place, status: 'unknown' } });
  expect(await t.perdure.sweep()).toMatchObject({ overdue: [] });
  expect(named('perdure_runs_overdue')).toMatchObject([{ value: 0, tags: { deployment: 'test' } }]);
});

test('what a worker logs of a run says which, at which endpoint and account, and in which attempt', async () => {
  await vi.waitUntil(() => logged.some(({ message, meta }) => message === 'Run ended unknown' && meta?.key === 'lost'));
  const ofRuns = logged.filter(({ meta = {} }) => /^perdure:run:/.test(String(meta.workflowId)));
  expect(ofRuns.map(({ message }) => message)).toEqual(expect.arrayContaining(['Start accepted', 'Start unknown']));
  for (const { message, meta } of ofRuns) {
    expect(meta, message).toMatchObject({
      key: expect.any(String) as unknown,
      endpoint: expect.stringMatching(/^(anchor|browserbase)\./) as unknown,
      account: expect.stringMatching(/\/default$/) as unknown,
      attempt: expect.any(Number) as unknown,
    });
  }
  for (const hidden of Object.values(planted))
    expect(
      JSON.stringify(
        logged.map(({ meta }) => meta),
        leaveOut,
      ),
    ).not.toContain(hidden);
});

test("a codec server decrypts what Temporal's UI shows of a run that was encrypted", async () => {
  const codecKeys = `k1:${randomBytes(32).toString('base64')}`;
  // No worker serves this queue: what is looked at is in the history from the start.
  const env = { TEMPORAL_ADDRESS: addressOf(t.client), PERDURE_CODEC_KEYS: codecKeys, PERDURE_TASK_QUEUE: 'sealed' };
  const sealed = await connect({ env, home: t.home, deployment: 'test', timeScale: 0.01 });
  const { workflowId } = await sealed.start({ key: 'sealed', agent: anchor.webTask({ prompt: planted.prompt }) });
  // As the server has it, with nothing decoded.
  const { history } = await sealed.temporal.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId },
  });
  await sealed.temporal.workflow.getHandle(workflowId).terminate();
  await sealed.close();
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  expect(Buffer.from(payloads[0]?.data ?? []).toString()).not.toContain(planted.prompt);
  const codec = new EncryptingCodec(parseKeys(codecKeys, 'the test'));
  const tokens = parseTokens('ann:a-token-of-anns-own', 'the test');
  const app = createCodecServer({ codec, tokens, origins: ['http://localhost:8233'] });
  const headers = { authorization: 'Bearer a-token-of-anns-own', 'x-namespace': 'default' };
  const body = JSON.stringify(writePayloads(payloads));
  const decoded = await (await app.request('/decode', { method: 'POST', body, headers })).json();
  const [input] = (decoded as { payloads: { data: string }[] }).payloads;
  expect(JSON.parse(Buffer.from(input?.data ?? '', 'base64').toString())).toMatchObject({
    key: 'sealed',
    agent: { input: { prompt: planted.prompt } },
  });
});

/** Times are numbers that JSON has no form for. */
function leaveOut(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
