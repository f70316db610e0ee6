import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import { type RequestEntry, scaledClock, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { openDriverSender, type Sender } from './driver-sender.js';
import { factsOf } from './facts.js';
import { requestSamples } from './sample.js';
import type { Sample } from './wire-form.js';

let simulator: Simulator;
let sender: Sender;
let callersSession: string;

beforeAll(async () => {
  simulator = await startSimulator({ clock: scaledClock(20) });
  simulator.on('*').lasts('0.1 s');
  sender = openDriverSender(simulator);
  callersSession = await openCallersSession();
});

afterAll(async () => {
  await sender.close();
  await simulator.close();
});

/** What Perdure adds to bodies, besides the mark. */
const ours = new Set([
  'async',
  'cleanup_sessions',
  'cleanupSessions',
  'sessionId',
  'session_id',
  'session',
  'session.tags',
  'session.timeout',
  'session.timeout.max_duration',
  'session.timeout.idle_timeout',
  'overrideBrowserConfiguration',
  'overrideBrowserConfiguration.tags',
]);

test.each(endpointNames)('every property of a request to %s reaches the provider as it was given', async (endpoint) => {
  const wrong: object[] = [];
  for (const sample of requestSamples(endpoint, callersSession)) {
    const before = simulator.ledger.entries.length;
    const mark = await sender.send(sample.agent);
    const requests = simulator.ledger.requests().filter(({ seq }) => seq > before);
    const [start, session] = ['start', 'session.create'].map((operation) =>
      requests.filter((one) => one.operation === operation),
    );
    const [only] = start ?? [];
    const faults = [
      ...(only && start?.length === 1 ? faultsOfStart(endpoint, sample, { start: only, mark }) : ['not one start']),
      ...faultsOfSession(sample, session ?? [], mark),
    ];
    if (faults.length > 0) wrong.push({ sample: sample.name, faults });
  }
  expect(wrong).toEqual([]);
});

test('every start is sent as its document says: method, path, content type and key', async () => {
  for (const endpoint of endpointNames) {
    const { method, path, security } = factsOf(endpoint);
    const [sample] = requestSamples(endpoint, callersSession);
    if (sample) await sender.send(sample.agent);
    const start = simulator.ledger.requests({ operation: 'start', endpoint }).at(-1);
    expect(start).toMatchObject({ method });
    expect(start?.path.split('/')).toHaveLength(path.split('/').length);
    expect(start?.headers).toMatchObject({ 'content-type': expect.stringContaining('application/json') });
    expect(Object.keys(start?.headers ?? {})).toContain(security.name.toLowerCase());
  }
});

interface SentStart {
  start: RequestEntry;
  mark: string;
}

function faultsOfStart(endpoint: EndpointName, { sent, beyondDocument }: Sample, { start, mark }: SentStart): string[] {
  const { parameters, path } = factsOf(endpoint);
  const faults: string[] = [];
  const isRefused = start.status === 400;
  if (isRefused !== (beyondDocument === true)) faults.push(`answered with ${start.status}: ${start.problem}`);
  for (const { path: name, in: place } of parameters) {
    const wanted = sent.parameters[name];
    const index = path.split('/').indexOf(`{${name}}`);
    const found = place === 'query' ? start.query[name] : decodeURIComponent(start.path.split('/')[index] ?? '');
    if (wanted !== undefined && found !== wanted) faults.push(`${name} is ${found}`);
  }
  return [...faults, ...differences(sent.body, withoutMark(start.body as JsonObject, mark), '')];
}

function faultsOfSession({ sent }: Sample, creations: readonly RequestEntry[], mark: string): string[] {
  const [creation] = creations;
  if (!creation) return sent.session ? ['no session was opened'] : [];
  return differences(sent.session ?? {}, withoutMark(creation.body as JsonObject, mark), '');
}

/** Where a body differs from what was given, apart from what Perdure adds. */
function differences(wanted: Json | undefined, found: Json | undefined, path: string): string[] {
  if (isObject(wanted) && isObject(found)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(found)]);
    return [...names].flatMap((name) => differences(wanted[name], found[name], path === '' ? name : `${path}.${name}`));
  }
  if (wanted === undefined && isObject(found) && ours.has(path)) return differences({}, found, path);
  if (wanted === undefined && ours.has(path)) return [];
  return JSON.stringify(wanted) === JSON.stringify(found) ? [] : [`${path}: ${JSON.stringify(found)}`];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A body as it would be without the mark in its tags, its schema's comment or its task. */
function withoutMark(body: JsonObject, mark: string): JsonObject {
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return value.replace(`\n[${mark}]`, '');
    if (Array.isArray(value)) return value.filter((item) => item !== mark).map(clean);
    if (!isObject(value)) return value;
    const fields = Object.entries(value).filter(([name, inner]) => !(name === '$comment' && inner === mark));
    return Object.fromEntries(fields.map(([name, inner]) => [name, clean(inner)]));
  };
  return clean(body) as JsonObject;
}

async function openCallersSession(): Promise<string> {
  const response = await fetch(`${simulator.anchorUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anchor-api-key': simulator.keys.anchor[0] ?? '' },
    body: JSON.stringify({ session: { timeout: { max_duration: -1, idle_timeout: -1 } } }),
  });
  const { data } = (await response.json()) as { data: { id: string } };
  return data.id;
}
