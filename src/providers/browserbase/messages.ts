import type { Json } from '../../core/json.js';
import type { ProviderQuestion } from '../../core/question.js';
import type { Message } from '../provider.js';
import type { BrowserbaseMessage, MessagePart } from './schemas.js';

/** A message for people: its texts, and its tool calls in short. */
export function toMessage({ id, createdAt: at, role, parts }: BrowserbaseMessage): Message {
  return { id, at, role, text: parts.map(describe).filter(Boolean).join('\n') };
}

function describe({ type, text, toolName = 'tool', input, output }: MessagePart): string {
  switch (type) {
    case 'text':
    case 'reasoning':
      return text ?? '';
    case 'tool-call':
      return `→ ${toolName} ${short(input)}`;
    case 'tool-result':
      return `← ${toolName} ${short(output)}`;
    default:
      return text ?? `(${type ?? 'something'})`;
  }
}

function short(value: Json | undefined): string {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 500 ? text : `${text.slice(0, 499)}…`;
}

/** The question of a paused run, when this message, its last, is a call of the tool `pause`. */
export function questionOf(message: BrowserbaseMessage | undefined): ProviderQuestion | undefined {
  const pause = message?.parts.findLast(({ type, toolName }) => type === 'tool-call' && toolName === 'pause');
  if (pause?.toolCallId === undefined) return undefined;
  const { input } = pause;
  const said = typeof input === 'object' && input !== null && !Array.isArray(input) ? input.message : undefined;
  const words = typeof said === 'string' && said.trim() !== '' ? said : 'The agent paused without saying why.';
  return { providerId: pause.toolCallId, message: words, form: { kind: 'text' } };
}

/** The words by which a paused agent is told an answer. */
export function answerText(answer: Json): string {
  if (typeof answer === 'string') return answer;
  if (typeof answer === 'boolean') return answer ? 'Yes.' : 'No.';
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return JSON.stringify(answer);
  return Object.entries(answer)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}
