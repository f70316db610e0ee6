import { z } from 'zod';
import { isFailureLimit, mostWindow, type StopOn } from '../core/batch.js';
import { isKey } from '../core/names.js';
import { type FinalStatus, isFinal, type RunStatus } from '../core/run.js';

const batchKey = z.custom<string>((value) => typeof value === 'string' && isKey(value) && value.length <= 120, {
  params: {
    expected: '1 to 120 of A-Z a-z 0-9 . _ / : -',
    hint: 'The same key is the same batch: make it of what the batch is about, such as `nightly-2026-11-22`.',
  },
});

const failures = z.custom<StopOn['failures']>(isFailureLimit, {
  params: { expected: "a number of at least 1, or a share such as '5%'" },
});

/** What a batch is started with, beside its items and what they share with any run. */
export const batchOptions = z
  .strictObject({
    key: batchKey,
    window: z.int().min(1).max(mostWindow).optional(),
    stopOn: z.strictObject({ failures }).optional(),
    resultsFile: z.string().min(1).optional(),
    again: z.literal('failed').optional(),
  })
  .superRefine(({ again, resultsFile }, context) => {
    if (again === undefined || resultsFile !== undefined) return;
    const params = { expected: 'a results file beside it, which says what failed' };
    context.addIssue({ code: 'custom', path: ['again'], params });
  });

const usage = z.object({
  credits: z.number().optional(),
  seconds: z.number().optional(),
  steps: z.number().optional(),
});

const finalStatus = z.custom<FinalStatus>((value) => typeof value === 'string' && isFinal(value as RunStatus));

/** A line of a results file; what else it holds stays there. */
export const resultsLine = z.object({
  key: z.string(),
  run: z.string(),
  status: finalStatus,
  error: z.object({ code: z.string() }).optional(),
  usage: usage.optional(),
  failedOver: z
    .array(
      z.object({
        run: z.string(),
        status: finalStatus,
        code: z.string().optional(),
        usage: usage.optional(),
        startedAt: z.number(),
        endedAt: z.number(),
      }),
    )
    .optional(),
  startedAt: z.string(),
  endedAt: z.string(),
});
