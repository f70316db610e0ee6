import type { JsonObject } from '../../src/core/json.js';
import type { PlannedRun } from './program.js';

/** What the agent of a run gives; it names the run, so that one taken for another shows. */
export function resultOf({ name, life }: Pick<PlannedRun, 'name' | 'life'>): { of: string } | { nothing: string } {
  return life.offSchema ? { nothing: name } : { of: name };
}

/** The schema of it, where the caller gives one. */
export function schemaOf(): JsonObject {
  return { type: 'object', properties: { of: { type: 'string' } }, required: ['of'] };
}

/** What the files of a run have in them. */
export function contentsOf({ name }: PlannedRun, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `file ${index + 1} of ${name}`);
}
