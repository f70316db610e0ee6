import { z } from 'zod';
import { maybeId, maybeNumber, maybeText } from '../border.js';

/** A session as Anchor tells of it, whichever of its lists or reads it comes from. */
export interface AnchorSessionInfo {
  id: string;
  /** Anchor's own word; not enumerated. */
  status: string;
  /** False for a status that is known to be an end. */
  live: boolean;
  tags: string[];
  steps?: number;
  credits?: number;
  tokens?: number;
  /** How many tasks were started in it; only lists say. */
  executions?: number;
  /** ISO 8601; empty when Anchor does not say. */
  createdAt: string;
}

const ends = new Set(
  'cancelled canceled closed completed deleted done ended error expired failed finished killed stopped success terminated timed_out timeout'.split(
    ' ',
  ),
);

/** Whether a session with this status may still be running: every status that is not known to be an end. */
function isLiveStatus(status: string): boolean {
  return !ends.has(status.toLowerCase().replace(/[\s-]+/g, '_'));
}

const tagNames = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .nullish()
  .transform((tags) => {
    const values = Array.isArray(tags) ? tags : Object.entries(tags ?? {}).flat();
    return values.filter((tag) => typeof tag === 'string');
  });

const stepCount = z
  .unknown()
  .optional()
  .transform((steps) => (Array.isArray(steps) ? steps.length : steps))
  .pipe(maybeNumber);

const session = z
  .looseObject({
    id: maybeId,
    session_id: maybeId,
    status: maybeText,
    tags: tagNames,
    steps: stepCount,
    tokens: maybeNumber,
    credits_used: maybeNumber,
    used_credits: maybeNumber,
    task_executions_count: maybeNumber,
    created_at: maybeText,
  })
  .transform((row, context): AnchorSessionInfo => {
    const id = row.session_id ?? row.id;
    if (id === undefined) {
      context.addIssue({ code: 'custom', message: 'a session without an id' });
      return z.NEVER;
    }
    const { status = 'unknown', tags, steps, tokens, created_at: createdAt = '' } = row;
    const credits = row.credits_used ?? row.used_credits;
    const executions = row.task_executions_count;
    return { id, status, live: isLiveStatus(status), tags, steps, credits, tokens, executions, createdAt };
  });

/** A body inside `data`, or as it is; as it is, too, where it has the field `flat`. */
export function inData<T>(schema: z.ZodType<T>, flat?: string) {
  return z.preprocess((body) => {
    if (typeof body !== 'object' || body === null || !('data' in body)) return body;
    const wrapped = typeof body.data === 'object' && body.data !== null && (flat === undefined || !(flat in body));
    return wrapped ? body.data : body;
  }, schema);
}

export const sessionAnswer = inData(session);

export const createdSessionAnswer = inData(
  z
    .looseObject({ id: maybeId, session_id: maybeId, live_view_url: maybeText, tags: tagNames.optional() })
    .transform((row, context) => {
      const id = row.id ?? row.session_id;
      if (id === undefined) {
        context.addIssue({ code: 'custom', message: 'a session without an id' });
        return z.NEVER;
      }
      return { id, liveViewUrl: row.live_view_url, tags: row.tags?.length ? row.tags : undefined };
    }),
);

export const sessionListAnswer = inData(
  z
    .looseObject({ sessions: z.array(session), page: maybeNumber, total_pages: maybeNumber })
    .transform(({ sessions, page, total_pages: totalPages }) => ({ sessions, page: page ?? 1, totalPages })),
);

export const sessionStatusesAnswer = inData(z.looseObject({ items: z.array(session) }).transform(({ items }) => items));

const file = z
  .looseObject({
    id: maybeId,
    file_link: maybeText,
    suggested_file_name: maybeText,
    original_file_name: maybeText,
    size: maybeNumber,
    created_at: maybeText,
  })
  .transform((row): AnchorFile => {
    const name = row.suggested_file_name ?? row.original_file_name;
    return { id: row.id, url: row.file_link, name, size: row.size, createdAt: row.created_at };
  });

/** A recording of a session, or a file that was downloaded in it. */
export interface AnchorFile {
  id?: string;
  /** Where it is to be had with the account's key. */
  url?: string;
  name?: string;
  /** Bytes. */
  size?: number;
  /** ISO 8601. */
  createdAt?: string;
}

export const filesAnswer = inData(z.looseObject({ items: z.array(file) }).transform(({ items }) => items));

/** Documented as `data: { status, SignedUrl, message }`. */
export const signedUrlAnswer = inData(
  z.looseObject({ SignedUrl: z.string().min(1) }).transform(({ SignedUrl }) => SignedUrl),
);
