import { isPerdureError, PerdureError } from '../../core/errors.js';
import { mostPages } from '../border.js';
import type { Provider, SessionFile } from '../provider.js';
import type { BrowserbaseClient } from './client.js';

/**
 * What sessions downloaded at Browserbase: listed by session in pages of at most 100, and fetched as
 * `application/octet-stream` (docs.browserbase.com, platform/browser/files/downloads-api and reference/api/get-a-download).
 * The Downloads API is there for select customers only; how it refuses the others is not documented.
 */
export function browserbaseFiles({ downloads }: BrowserbaseClient): Pick<Provider, 'files' | 'fetchFile'> {
  return {
    files: async (sessionId, call) => {
      const found = new Map<string, SessionFile>();
      for (let page = 0, offset = 0; page < mostPages; page += 1) {
        const { files, total } = await downloads.list(sessionId, offset, call).catch(explainRefusal);
        for (const file of files) found.set(file.id, file);
        offset += files.length;
        if (files.length === 0 || offset >= (total ?? Number.POSITIVE_INFINITY)) break;
      }
      return [...found.values()].sort((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''));
    },
    fetchFile: (_sessionId, file, call, take) => downloads.fetch(file.id, call, take).catch(explainRefusal),
  };
}

const refusals = ['forbidden', 'task-not-found', 'no-credit'] as const;

function explainRefusal(error: unknown): never {
  if (!isPerdureError(error) || !refusals.some((code) => error.code === code)) throw error;
  throw new PerdureError({
    code: error.code,
    message: error.message,
    hint: `Browserbase gives the files of sessions to select customers only: ask its support for the Downloads API, or let the step run at another provider. ${error.hint ?? ''}`.trim(),
    status: error.status,
    cause: error,
  });
}
