import { z } from '@hono/zod-openapi';
import { batchStatuses } from '../../core/batch.js';
import { partQuery } from './schemas.js';

const instant = z.string().openapi({ format: 'date-time' });
const counts = z.record(z.string(), z.int());

/** The key of a batch in an address. */
export const batchKeyParam = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z0-9._/:-]{1,180}$/)
    .openapi({
      param: { name: 'key', in: 'path', description: 'Encoded as `encodeURIComponent` does: a slash is `%2F`.' },
    }),
});

const batchReport = z
  .looseObject({
    items: z.int().openapi({ description: 'Items that have ended, live, or wait.' }),
    queued: z.int(),
    live: z.int(),
    byStatus: counts,
    failures: counts.openapi({ description: 'How often each error code came.' }),
    usage: z.object({ credits: z.number(), seconds: z.number(), steps: z.number() }),
    slowest: z.array(z.object({ key: z.string(), run: z.string().optional(), ms: z.number() })),
    startedAt: instant,
    endedAt: instant.optional(),
    stopped: z.enum(['failures', 'cancelled']).optional(),
    notStarted: z.int().optional(),
  })
  .openapi('BatchReport');

/** One batch. */
export const batchBody = z
  .object({
    key: z.string(),
    status: z.enum(batchStatuses),
    startedAt: instant,
    endedAt: instant.optional(),
    report: batchReport.optional().openapi({ description: 'Left out while no worker can tell.' }),
  })
  .openapi('Batch');

/** Which batches. */
export const batchesQuery = z.strictObject({ status: z.enum(batchStatuses).optional(), ...partQuery });

export const batchList = z.object({ batches: z.array(batchBody), more: z.boolean() }).openapi('Batches');

/** Whether a batch is being stopped. */
export const batchCancelled = z
  .object({ key: z.string(), status: z.enum(batchStatuses), cancelling: z.boolean() })
  .openapi('BatchCancelled');
