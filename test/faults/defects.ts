import type { Tampering } from './test-worker.js';

/** A known defect that is planted into the test worker, so that it shows whether the judge sees it. */
export interface Defect extends Tampering {
  name: string;
}

export const defects: readonly Defect[] = [];
