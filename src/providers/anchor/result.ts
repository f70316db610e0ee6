import type { Json } from '../../core/json.js';
import type { Ending } from '../provider.js';

type Result = Pick<Ending, 'result' | 'alternatives'>;

/**
 * Takes off the second wrapping that a web task's result may have: an object with `result` alone. The caller's own
 * schema may be such an object, so the result as it was stands among the alternatives.
 */
export function unwrapResult(value: Json | undefined): Result {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const inner = value.result;
    if (inner !== undefined && Object.keys(value).length === 1) {
      return { result: inner, alternatives: [...otherReadings(inner), value] };
    }
  }
  return value === undefined ? {} : withAlternatives(value, otherReadings(value));
}

/** Reads a legacy output, which is JSON in a text; a text that is none stays a text. */
export function parseOutput(output: Json | undefined): Result {
  if (typeof output !== 'string') return output === undefined ? {} : { result: output };
  const parsed = parseJson(output);
  return parsed === undefined ? { result: output } : { result: parsed, alternatives: [output] };
}

/** An agent may give its object as JSON text. */
function otherReadings(value: Json): Json[] {
  if (typeof value !== 'string') return [];
  const parsed = parseJson(value);
  return typeof parsed === 'object' && parsed !== null ? [parsed] : [];
}

function withAlternatives(result: Json, alternatives: Json[]): Result {
  return alternatives.length === 0 ? { result } : { result, alternatives };
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
