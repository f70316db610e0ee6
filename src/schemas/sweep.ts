import { z } from 'zod';
import { accountName } from './account.js';
import { durationBetween } from './duration.js';

/** A younger run may not yet be listed by Temporal. */
const youngest = 60_000;

/** What a caller may say of a sweep; durations come out as milliseconds. */
export const sweepOptions = z.strictObject({
  accounts: z.array(accountName).min(1).optional(),
  olderThan: durationBetween(youngest).default(600_000),
  end: z.boolean().default(false),
  acceptCluster: z.boolean().default(false),
});

/** How often a schedule sweeps, in milliseconds. */
export const sweepInterval = durationBetween(youngest);
