import { type Call, isoTime, param, type Route, sessionOf } from '../call.js';
import { type Download, downloadsOf } from '../download.js';
import { hash } from '../random.js';
import { ok, Refusal, type Reply } from '../reply.js';

const signedForMs = 15 * 60_000;

function list(call: Call): Reply {
  const session = sessionOf(call, param(call, 'sessionId'));
  const items = downloadsOf(call.world, session).map(({ id, name, size, originUrl, at }) => ({
    id,
    created_at: isoTime(at),
    duration: 100,
    file_link: `${call.world.url}/anchor/v1/sessions/${session.id}/downloads/${id}/fetch`,
    original_download_url: `${originUrl}${encodeURIComponent(name)}`,
    origin_url: originUrl,
    original_file_name: name,
    suggested_file_name: name,
    size,
  }));
  return ok({ data: { count: items.length, items } });
}

function own(call: Call): Download {
  const session = sessionOf(call, param(call, 'sessionId'));
  const found = downloadsOf(call.world, session).find(({ id }) => id === param(call, 'downloadId'));
  if (!found) throw new Refusal(404, 'Download not found');
  return found;
}

function fetchLink(call: Call): Reply {
  const { id, session } = own(call);
  const { world } = call;
  const expires = world.now + signedForMs;
  const query = `expires=${expires}&signature=${signature(id, expires)}`;
  const SignedUrl = `${world.url}/anchor/signed/${session.id}/${id}?${query}`;
  return ok({ data: { status: 'success', SignedUrl, message: 'Signed URL generated successfully' } });
}

const signature = (id: string, expires: number): string => hash('signed', id, expires).toString(16).padStart(8, '0');

/** Like a store of objects: whoever has the URL gets the file, and who shows a key as well is refused. */
function content(call: Call): Reply {
  const { query, entry, world } = call;
  const expires = Number(query.get('expires'));
  if (entry.account !== undefined) throw new Refusal(400, 'Only one way to authenticate is allowed');
  if (query.get('signature') !== signature(param(call, 'downloadId'), expires)) throw new Refusal(403, 'Access denied');
  if (world.now > expires) throw new Refusal(403, 'Request has expired');
  const file = own(call);
  return { status: 200, file };
}

export const downloadRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/sessions/:sessionId/downloads', operation: 'session.files', handle: list },
  {
    method: 'GET',
    path: '/v1/sessions/:sessionId/downloads/:downloadId/fetch',
    operation: 'file.link',
    handle: fetchLink,
  },
  { method: 'GET', path: '/signed/:sessionId/:downloadId', operation: 'file.content', signed: true, handle: content },
];
