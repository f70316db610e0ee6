import { z } from 'zod';
import type { Amounts } from '../core/budget.js';

const amount = z.number().min(0).max(1_000_000_000);

/** How much of each kind. */
export const amounts = z.strictObject({
  money: amount.optional(),
  steps: amount.optional(),
  minutes: amount.optional(),
  runs: amount.optional(),
}) satisfies z.ZodType<Amounts>;
