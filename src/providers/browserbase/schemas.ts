import { z } from 'zod';
import type { Json, JsonObject } from '../../core/json.js';
import { oneLine } from '../../http/error-mapping.js';
import { anyId, anyJson, maybeId, maybeNumber, maybeText } from '../border.js';
import type { SessionFile } from '../provider.js';

/** An agent run as Browserbase tells of it. */
export interface BrowserbaseRun {
  runId: string;
  /** Browserbase's own word. */
  status: string;
  task: string;
  agentId?: string;
  sessionId?: string;
  resultSchema?: JsonObject;
  result?: Json;
  /** Code and message of its cause, where it failed. */
  error?: string;
  /** ISO 8601; empty when Browserbase does not say. */
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
}

const jsonObject = z.record(z.string(), anyJson);

const cause = z
  .looseObject({ code: maybeText, message: maybeText })
  .nullish()
  .transform((value) => {
    const text = [value?.code, value?.message].filter((part) => part !== undefined && part !== '').join(': ');
    return text === '' ? undefined : oneLine(text, 1000);
  });

const run = z
  .looseObject({
    runId: anyId,
    status: z.string(),
    task: maybeText,
    agentId: maybeId,
    sessionId: maybeId,
    resultSchema: jsonObject.nullish(),
    result: anyJson.nullish(),
    cause,
    createdAt: maybeText,
    startedAt: maybeText,
    endedAt: maybeText,
  })
  .transform(
    (row): BrowserbaseRun => ({
      runId: row.runId,
      status: row.status,
      task: row.task ?? '',
      agentId: row.agentId,
      sessionId: row.sessionId,
      resultSchema: row.resultSchema ?? undefined,
      result: row.result ?? undefined,
      error: row.cause,
      createdAt: row.createdAt ?? '',
      startedAt: row.startedAt,
      endedAt: row.endedAt,
    }),
  );

export const runAnswer = run;

export const runListAnswer = z
  .looseObject({ data: z.array(run), nextCursor: maybeText })
  .transform(({ data, nextCursor }) => ({ runs: data, nextCursor: nextCursor === '' ? undefined : nextCursor }));

const part = z.looseObject({
  type: maybeText,
  text: maybeText,
  toolCallId: maybeId,
  toolName: maybeText,
  input: anyJson.nullish(),
  output: anyJson.nullish(),
});

/** A part of a message: text, a call of a tool, or what the tool gave. */
export type MessagePart = z.infer<typeof part>;

const message = z.looseObject({
  id: anyId,
  createdAt: maybeText,
  message: z.looseObject({ role: maybeText, content: z.union([z.string(), z.array(part)]).nullish() }).nullish(),
});

/** A message of a run, its content in parts. */
export interface BrowserbaseMessage {
  id: string;
  createdAt: string;
  role: string;
  parts: MessagePart[];
}

export const messagesAnswer = z
  .looseObject({ data: z.array(message), nextSince: maybeText })
  .transform(({ data, nextSince }) => ({ messages: data.map(toMessage), nextSince }));

function toMessage({ id, createdAt, message: inner }: z.infer<typeof message>): BrowserbaseMessage {
  const content = inner?.content ?? [];
  const parts =
    typeof content === 'string' ? [{ type: 'text', text: content }].map((text) => part.parse(text)) : content;
  return { id, createdAt: createdAt ?? '', role: inner?.role ?? 'unknown', parts };
}

/** A session of a run. */
export interface BrowserbaseSession {
  id: string;
  status: string;
  live: boolean;
  /** Between its start and its end, or now. */
  seconds?: number;
  proxyBytes?: number;
}

const ends = new Set(['error', 'timed_out', 'completed']);

export const sessionAnswer = z
  .looseObject({ id: anyId, status: z.string(), startedAt: maybeText, endedAt: maybeText, proxyBytes: maybeNumber })
  .transform(({ id, status, startedAt, endedAt, proxyBytes }): BrowserbaseSession => {
    const seconds = secondsBetween(startedAt, endedAt);
    return { id, status, live: !ends.has(status.toLowerCase()), seconds, proxyBytes };
  });

export const debugAnswer = z.looseObject({ debuggerFullscreenUrl: maybeText, debuggerUrl: maybeText });

const checksum = maybeText.transform((text) => (/^[0-9a-f]{64}$/i.test(text ?? '') ? text?.toLowerCase() : undefined));

const download = z
  .looseObject({
    id: anyId,
    filename: maybeText,
    mimeType: maybeText,
    size: maybeNumber,
    checksum,
    createdAt: maybeText,
  })
  .transform(({ id, filename, mimeType, size, checksum: sha256, createdAt }): SessionFile => {
    return { id, name: filename ?? id, mimeType, bytes: size, sha256, createdAt };
  });

export const downloadListAnswer = z
  .looseObject({ downloads: z.array(download), total: maybeNumber })
  .transform(({ downloads, total }) => ({ files: downloads, total }));

/** Whole and broken seconds between two times; undefined where one is missing or they are the wrong way round. */
function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return seconds >= 0 ? seconds : undefined;
}

const settings = z.looseObject({
  context: z.looseObject({ id: z.string(), persist: z.boolean().optional() }).optional(),
  proxies: z.union([z.boolean(), z.array(jsonObject)]).optional(),
  verified: z.boolean().optional(),
});

const variables = z.record(z.string(), z.looseObject({ value: z.string(), description: z.string().optional() }));

/** Bodies that are sent to Browserbase; open, since callers may add fields that Perdure does not know. */
export const runBody = z.looseObject({
  task: z.string().min(1),
  agentId: z.string().optional(),
  resultSchema: z.record(z.string(), z.unknown()).optional(),
  browserSettings: settings.optional(),
  variables: variables.optional(),
  pauseWhen: z.string().optional(),
});

export const resumeBody = z.looseObject({ task: z.string().min(1), variables: variables.optional() });

/** What `POST /v1/agents/runs` is sent; fields that Perdure does not know are passed on. */
export type RunBody = z.infer<typeof runBody>;
/** What `POST /v1/agents/runs/{runId}/resume` is sent. */
export type ResumeBody = z.infer<typeof resumeBody>;
