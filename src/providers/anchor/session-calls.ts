import { PerdureError } from '../../core/errors.js';
import type { HttpClient } from '../../http/client.js';
import { urlPath } from '../../http/url-path.js';
import { checkBody, readAnswer } from '../border.js';
import type { Call, FileCall, TakeFile } from '../provider.js';
import { type SessionBody, sessionBody } from './bodies.js';
import {
  type AnchorFile,
  type AnchorSessionInfo,
  createdSessionAnswer,
  filesAnswer,
  sessionAnswer,
  sessionListAnswer,
  sessionStatusesAnswer,
  signedUrlAnswer,
} from './session-schemas.js';

/** Which sessions of the team to list. */
export interface AnchorSessionFilter {
  /** All of these have to be on a session. */
  tags?: string[];
  /** ISO 8601. */
  createdFrom?: string;
  createdTo?: string;
  /** Anchor's own word. */
  status?: string;
  /** A part of a tag, in whichever case. */
  search?: string;
  /** Default: oldest first. */
  newestFirst?: boolean;
}

/** One page of a list of sessions. */
export interface AnchorSessionPage {
  sessions: AnchorSessionInfo[];
  page: number;
  /** Undefined when Anchor does not say. */
  totalPages?: number;
}

/** A session that was just created. */
export interface AnchorCreatedSession {
  id: string;
  /** Given only now; Anchor's other answers do not have it. */
  liveViewUrl?: string;
  /** Undefined when the answer does not repeat them. */
  tags?: string[];
}

/** Sessions at Anchor. */
export interface AnchorSessions {
  /** Opens a session. */
  create(body: SessionBody, call: Call): Promise<AnchorCreatedSession>;
  /** `GET /v1/sessions/{id}`, which has no address of a live view. `task-not-found` when Anchor does not know it. */
  get(sessionId: string, call: Call): Promise<AnchorSessionInfo>;
  /** One page of 50 by age. Pages count from 1. */
  list(filter: AnchorSessionFilter, page: number, call: Call): Promise<AnchorSessionPage>;
  /** The light list: ids, statuses, tags and times of all sessions that match, without pages. */
  statuses(filter: AnchorSessionFilter, call: Call): Promise<AnchorSessionInfo[]>;
  /** Ends one session. `task-not-found` when Anchor does not know it. */
  end(sessionId: string, call: Call): Promise<void>;
  /** The recordings of a session. */
  recordings(sessionId: string, call: Call): Promise<AnchorFile[]>;
  /** The files that were downloaded in the session. */
  downloads(sessionId: string, call: Call): Promise<AnchorFile[]>;
  /** A URL, signed for whoever has it, that one of them is to be had at. */
  downloadUrl(sessionId: string, downloadId: string, call: Call): Promise<string>;
  /** Fetches what is at such a URL, without the account's key. */
  fetchSigned<T>(signedUrl: string, call: FileCall, take: TakeFile<T>): Promise<T>;
}

const pageSize = 50;

export function createSessionCalls(http: HttpClient): AnchorSessions {
  return {
    create: async (body, call) => {
      const request = {
        method: 'POST',
        path: '/v1/sessions',
        body: checkBody(sessionBody, body),
        fresh: true,
      } as const;
      return readAnswer(createdSessionAnswer, await http.send(request, call));
    },
    get: async (sessionId, call) =>
      readAnswer(sessionAnswer, await http.send({ method: 'GET', path: sessionPath(sessionId) }, call)),
    list: async (filter, page, call) => {
      const order = { sort_by: 'created_at', sort_order: filter.newestFirst ? 'desc' : 'asc' };
      const query = { ...queryOf(filter), page, limit: pageSize, ...order };
      return readAnswer(sessionListAnswer, await http.send({ method: 'GET', path: '/v1/sessions', query }, call));
    },
    statuses: async (filter, call) => {
      const request = { method: 'GET', path: '/v1/sessions/all/status', query: queryOf(filter) } as const;
      return readAnswer(sessionStatusesAnswer, await http.send(request, call));
    },
    end: async (sessionId, call) => {
      await http.send({ method: 'DELETE', path: sessionPath(sessionId), fresh: true }, call);
    },
    recordings: async (sessionId, call) =>
      readAnswer(filesAnswer, await http.send({ method: 'GET', path: `${sessionPath(sessionId)}/recordings` }, call)),
    downloads: async (sessionId, call) =>
      readAnswer(filesAnswer, await http.send({ method: 'GET', path: `${sessionPath(sessionId)}/downloads` }, call)),
    downloadUrl: async (sessionId, downloadId, call) => {
      const path = `${sessionPath(sessionId)}/downloads${urlPath`/${downloadId}`}/fetch`;
      return readAnswer(signedUrlAnswer, await http.send({ method: 'GET', path }, call));
    },
    fetchSigned: (signedUrl, { maxBytes, idleMs, ...call }, take) =>
      http.download({ signedUrl, maxBytes, idleMs }, call, take),
  };
}

/** The path of one session. Refuses the word by which Anchor means every session of the team. */
export function sessionPath(sessionId: string): string {
  if (sessionId === 'all') {
    throw new PerdureError({
      code: 'bad-input',
      message: `'all' is no session: at Anchor it means the whole team's.`,
      hint: 'Give the id of one session.',
    });
  }
  return urlPath`/v1/sessions/${sessionId}`;
}

function queryOf({ tags, createdFrom, createdTo, status, search }: AnchorSessionFilter) {
  return { tags: tags?.join(','), created_from: createdFrom, created_to: createdTo, status, search };
}
