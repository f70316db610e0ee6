import { askPerson } from '../../workflows/ask-person.js';
import type { PersonStep, Verdict } from '../../src/core/person-step.js';

export * from '../../workflows/index.js';

/** A user's workflow that asks for one approval. */
export function approve(step: PersonStep): Promise<Verdict> {
  return askPerson(step);
}
