import type { EndpointName } from '../../src/core/endpoints.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import type { RequestEntry } from '../../src/simulator/index.js';
import { factsOf } from './facts.js';
import type { Sample } from './wire-form.js';

/** The requests that a sample caused. */
export interface Sending {
  mark: string;
  /** Starts of runs. */
  starts: readonly RequestEntry[];
  /** Creations of sessions. */
  creations: readonly RequestEntry[];
}

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

/** How the requests of a sample differ from what was given. */
export function faultsOfSending(endpoint: EndpointName, sample: Sample, sending: Sending): string[] {
  const { mark, starts, creations } = sending;
  const [start] = starts;
  return [
    ...(start && starts.length === 1 ? faultsOfStart(endpoint, sample, { start, mark }) : [`${starts.length} starts`]),
    ...faultsOfSession(sample, creations, mark),
  ];
}

function faultsOfStart(
  endpoint: EndpointName,
  { sent, beyondDocument }: Sample,
  { start, mark }: { start: RequestEntry; mark: string },
): string[] {
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
  if (creations.length > 1) return [`${creations.length} sessions were opened`];
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
