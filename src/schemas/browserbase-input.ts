import { z } from 'zod';
import { jsonObject, sentObject } from './json.js';
import { secretRef } from './secret.js';

const browserSettings = z.strictObject({
  context: z.strictObject({ id: z.string(), persist: z.boolean().optional() }).optional(),
  proxies: z.union([z.boolean(), z.array(sentObject)]).optional(),
  verified: z.boolean().optional(),
});

const variable = z.strictObject({ value: secretRef, description: z.string().optional() });

/** Input of `browserbase.agentRun`. */
export const agentRunInput = z.strictObject({
  task: z.string().min(1),
  agentId: z.string().optional(),
  resultSchema: jsonObject.optional(),
  browserSettings: browserSettings.optional(),
  variables: z.record(z.string(), variable).optional(),
  pauseWhen: z.string().optional(),
  mark: z.literal('off').optional(),
  extra: sentObject.optional(),
});
