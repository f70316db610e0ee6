import { createHash } from 'node:crypto';
import { type Call, instant, isoTime, param, type Route, sessionOf, wholeNumber } from '../call.js';
import { type Download, downloadsOf, downloadWithId } from '../download.js';
import { ok, Refusal, type Reply } from '../reply.js';

function shown({ id, session, name, mimeType, size, content, at }: Download): Record<string, unknown> {
  const checksum = createHash('sha256').update(content).digest('hex');
  return { id, sessionId: session.id, filename: name, mimeType, size, checksum, createdAt: isoTime(at) };
}

/** Who is no select customer is refused; with what is not documented. */
function admitCustomer({ world }: Call): void {
  if (!world.behaviour.browserbase.downloadsApi) {
    throw new Refusal(403, 'The Downloads API is not enabled for this project');
  }
}

function list(call: Call): Reply {
  admitCustomer(call);
  const { query, world } = call;
  const sessionId = query.get('sessionId');
  if (sessionId === null) throw new Refusal(400, 'sessionId is required');
  const limit = wholeNumber(call, 'limit', { low: 1, high: 100, otherwise: 20 });
  const offset = wholeNumber(call, 'offset', { low: 0, high: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  const found = downloadsOf(world, sessionOf(call, sessionId)).filter((file) => isWanted(call, file));
  return ok({ downloads: found.slice(offset, offset + limit).map(shown), total: found.length });
}

function isWanted(call: Call, { name, mimeType, size, at }: Download): boolean {
  const { query } = call;
  const sizes = { low: 0, high: Number.MAX_SAFE_INTEGER };
  return (
    name === (query.get('filename') ?? name) &&
    mimeType === (query.get('mimeType') ?? mimeType) &&
    size >= wholeNumber(call, 'minSize', { ...sizes, otherwise: 0 }) &&
    size <= wholeNumber(call, 'maxSize', { ...sizes, otherwise: sizes.high }) &&
    at > (instant(call, 'createdAfter') ?? -Infinity) &&
    at < (instant(call, 'createdBefore') ?? Infinity)
  );
}

/** The file where `Accept` says so, else what is known of it. */
function get(call: Call): Reply {
  admitCustomer(call);
  const found = downloadWithId(call, param(call, 'downloadId'));
  if (!found) throw new Refusal(404, 'Download not found');
  call.entry.sessionId = found.session.id;
  if (!call.entry.headers['accept']?.includes('application/octet-stream')) return ok(shown(found));
  return { status: 200, file: found };
}

export const downloadRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/downloads', operation: 'session.files', handle: list },
  { method: 'GET', path: '/v1/downloads/:downloadId', operation: 'file.content', handle: get },
];
