import { isPerdureError } from '../../core/errors.js';

/** What one check of the doctor's found. */
export interface Finding {
  name: string;
  state: 'ok' | 'warn' | 'fail';
  /** What is there. */
  text: string;
  /** What to do about it. */
  cure?: string;
}

export const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text });

/** Something that a run may do without, or that is missing only for now. */
export const warn = (name: string, text: string, cure: string): Finding => ({ name, state: 'warn', text, cure });

export const fail = (name: string, text: string, cure?: string): Finding => ({
  name,
  state: 'fail',
  text,
  ...(cure !== undefined && { cure }),
});

/** A check that an error ended, with the error's own cure where it has one. */
export function failed(name: string, error: unknown, cure?: string): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return fail(name, message, isPerdureError(error) ? (error.hint ?? cure) : cure);
}
