import { PerdureError } from '../../core/errors.js';
import type { Provider, SessionFile } from '../provider.js';
import type { AnchorClient } from './client.js';
import type { AnchorFile } from './session-schemas.js';

/**
 * What sessions downloaded at Anchor. A file is fetched by a URL that Anchor signs for it (docs.anchorbrowser.io,
 * api-reference/browser-sessions: list-session-downloads, fetch-session-download). Anchor stores a file after its
 * download, so that it may be listed late (advanced/file-download).
 */
export function anchorFiles({ sessions }: AnchorClient): Pick<Provider, 'files' | 'fetchFile'> {
  return {
    files: async (sessionId, call) => {
      const files = await sessions.downloads(sessionId, call);
      return files.map(toFile).sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''));
    },
    fetchFile: async (sessionId, file, call, take) => {
      const { maxBytes: _, idleMs, ...whole } = call;
      const signedUrl = await sessions.downloadUrl(sessionId, file.id, { ...whole, timeoutMs: idleMs });
      return sessions.fetchSigned(signedUrl, call, take);
    },
  };
}

function toFile({ id, name, size, createdAt }: AnchorFile): SessionFile {
  if (id !== undefined) return { id, name: name ?? id, bytes: size, createdAt };
  throw new PerdureError({
    code: 'provider-malformed',
    message: `Anchor listed a downloaded file without an id: '${name ?? 'without a name'}'.`,
    hint: 'Without its id a file can not be fetched; look at the session at Anchor.',
  });
}
