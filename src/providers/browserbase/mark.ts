import type { BrowserbaseAgentRunInput } from '../../core/browserbase-input.js';
import type { JsonObject } from '../../core/json.js';
import { readMark } from '../../core/mark.js';
import type { Resolved } from '../../core/secret.js';

type Input = Resolved<BrowserbaseAgentRunInput>;

/** Puts the mark where Browserbase gives it back: a `$comment` in the result's schema, else a last line of the task. */
export function withMark(input: Input, mark: string | undefined): Pick<Input, 'task' | 'resultSchema'> {
  const { task, resultSchema } = input;
  if (mark === undefined) return resultSchema === undefined ? { task } : { task, resultSchema };
  if (resultSchema === undefined) return { task: `${task}\n[${mark}]` };
  const { $comment: said } = resultSchema;
  return { task, resultSchema: { ...resultSchema, $comment: typeof said === 'string' ? `${said} [${mark}]` : mark } };
}

/** Whether a run carries this mark. */
export function carriesMark(
  { task, resultSchema }: { task: string; resultSchema?: JsonObject },
  mark: string,
): boolean {
  const comment = resultSchema?.$comment;
  return (
    task.includes(`[${mark}]`) || comment === mark || (typeof comment === 'string' && comment.includes(`[${mark}]`))
  );
}

/** The mark that stands where Perdure puts it, and nowhere else; undefined when there is none that can be read. */
export function ownMark({ task, resultSchema }: { task: string; resultSchema?: JsonObject }): string | undefined {
  const comment = resultSchema?.$comment;
  const line = task.trimEnd().split('\n').at(-1) ?? '';
  const text = resultSchema === undefined ? /^\[([^\]]+)\]$/.exec(line)?.[1] : markIn(comment);
  return text !== undefined && readMark(text) ? text : undefined;
}

function markIn(comment: unknown): string | undefined {
  if (typeof comment !== 'string') return undefined;
  return /(?:^| \[)([a-z0-9-]+)\]?$/.exec(comment)?.[1];
}
