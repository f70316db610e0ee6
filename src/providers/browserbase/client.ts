import { createHttpClient, type HttpClient, type HttpLimits } from '../../http/client.js';
import { urlPath } from '../../http/url-path.js';
import { checkBody, readAnswer } from '../border.js';
import type { Account, Call, FileCall, SessionFile, TakeFile } from '../provider.js';
import {
  type BrowserbaseMessage,
  type BrowserbaseRun,
  type BrowserbaseSession,
  debugAnswer,
  downloadListAnswer,
  messagesAnswer,
  type ResumeBody,
  resumeBody,
  type RunBody,
  runAnswer,
  runBody,
  runListAnswer,
  sessionAnswer,
} from './schemas.js';

/** Which runs of the account to list. */
export interface BrowserbaseRunFilter {
  status?: string;
  agentId?: string;
  /** ISO 8601, inclusive, of the creation by Browserbase's clock. */
  startAt?: string;
  endAt?: string;
  /** 1 to 1000. Default at Browserbase: 20. */
  limit?: number;
  cursor?: string;
}

/** Agent runs at Browserbase. */
export interface BrowserbaseRuns {
  /** `POST /v1/agents/runs`; always asynchronous. */
  create(body: RunBody, call: Call): Promise<BrowserbaseRun>;
  /** `GET /v1/agents/runs/{runId}`. `task-not-found` when Browserbase does not know it. */
  get(runId: string, call: Call): Promise<BrowserbaseRun>;
  /** One page, of at most 32 MiB. */
  list(filter: BrowserbaseRunFilter, call: Call): Promise<{ runs: BrowserbaseRun[]; nextCursor?: string }>;
  /** Up to 100 messages after this one, oldest first. */
  messages(
    runId: string,
    since: string | undefined,
    call: Call,
  ): Promise<{ messages: BrowserbaseMessage[]; nextSince?: string }>;
  /** `provider-conflict` when the run has ended. */
  stop(runId: string, call: Call): Promise<void>;
  /** Goes on with a paused run; `provider-conflict` when it is not paused. */
  resume(runId: string, body: ResumeBody, call: Call): Promise<void>;
}

/** Sessions of runs at Browserbase. */
export interface BrowserbaseSessions {
  /** How a session stands. */
  get(sessionId: string, call: Call): Promise<BrowserbaseSession>;
  /** Asks for the end of a session. */
  release(sessionId: string, call: Call): Promise<void>;
  /** URL of the live view. */
  liveView(sessionId: string, call: Call): Promise<string | undefined>;
}

/** Files that sessions downloaded at Browserbase. */
export interface BrowserbaseDownloads {
  /** One page of 100, and how many there are in all, where Browserbase says. */
  list(sessionId: string, offset: number, call: Call): Promise<{ files: SessionFile[]; total?: number }>;
  /** Gives the content of one file to `take` as it comes. `response-too-large` beyond the bound. */
  fetch<T>(downloadId: string, call: FileCall, take: TakeFile<T>): Promise<T>;
}

/** Browserbase's interface, by resource. Each method makes one request and repeats nothing. */
export interface BrowserbaseClient {
  readonly runs: BrowserbaseRuns;
  readonly sessions: BrowserbaseSessions;
  readonly downloads: BrowserbaseDownloads;
  /** Closes its connections. */
  close(): Promise<void>;
}

/** Makes a client of one Browserbase account. Throws `config-invalid` for a base URL or a key that can't be used. */
export function createBrowserbaseClient(account: Account, limits: HttpLimits = {}): BrowserbaseClient {
  const { name, apiKey, baseUrl } = account;
  const headers = { 'x-bb-api-key': apiKey };
  const http = createHttpClient({ ...limits, provider: 'Browserbase', account: name, baseUrl, headers });
  return {
    runs: createRunCalls(http),
    sessions: createSessionCalls(http),
    downloads: createDownloadCalls(http),
    close: () => http.close(),
  };
}

const runsPath = '/v1/agents/runs';
const listBytes = 32 * 1024 * 1024;

function createRunCalls(http: HttpClient): BrowserbaseRuns {
  const runPath = (runId: string) => `${runsPath}${urlPath`/${runId}`}`;
  return {
    create: async (body, call) => {
      const request = { method: 'POST', path: runsPath, body: checkBody(runBody, body), fresh: true } as const;
      return readAnswer(runAnswer, await http.send(request, call));
    },
    get: async (runId, call) => readAnswer(runAnswer, await http.send({ method: 'GET', path: runPath(runId) }, call)),
    list: async (filter, call) => {
      const request = { method: 'GET', path: runsPath, query: { ...filter }, maxBytes: listBytes } as const;
      return readAnswer(runListAnswer, await http.send(request, call));
    },
    messages: async (runId, since, call) => {
      const request = { method: 'GET', path: `${runPath(runId)}/messages`, query: { since, limit: 100 } } as const;
      return readAnswer(messagesAnswer, await http.send({ ...request, maxBytes: listBytes }, call));
    },
    stop: async (runId, call) => {
      await http.send({ method: 'POST', path: `${runPath(runId)}/stop`, fresh: true }, call);
    },
    resume: async (runId, body, call) => {
      const request = { method: 'POST', path: `${runPath(runId)}/resume`, body: checkBody(resumeBody, body) } as const;
      await http.send({ ...request, fresh: true }, call);
    },
  };
}

function createSessionCalls(http: HttpClient): BrowserbaseSessions {
  const sessionPath = (sessionId: string) => urlPath`/v1/sessions/${sessionId}`;
  return {
    get: async (sessionId, call) =>
      readAnswer(sessionAnswer, await http.send({ method: 'GET', path: sessionPath(sessionId) }, call)),
    release: async (sessionId, call) => {
      const body = { status: 'REQUEST_RELEASE' };
      await http.send({ method: 'POST', path: sessionPath(sessionId), body, fresh: true }, call);
    },
    liveView: async (sessionId, call) => {
      const request = { method: 'GET', path: `${sessionPath(sessionId)}/debug` } as const;
      const { debuggerFullscreenUrl, debuggerUrl } = readAnswer(debugAnswer, await http.send(request, call));
      return debuggerFullscreenUrl ?? debuggerUrl;
    },
  };
}

function createDownloadCalls(http: HttpClient): BrowserbaseDownloads {
  return {
    list: async (sessionId, offset, call) => {
      const request = { method: 'GET', path: '/v1/downloads', query: { sessionId, limit: 100, offset } } as const;
      return readAnswer(downloadListAnswer, await http.send(request, call));
    },
    fetch: (downloadId, { maxBytes, idleMs, ...call }, take) =>
      http.download({ path: urlPath`/v1/downloads/${downloadId}`, maxBytes, idleMs }, call, take),
  };
}
