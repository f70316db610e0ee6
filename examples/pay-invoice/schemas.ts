import type { BrowserbaseAgentRunInput, WebTaskInput } from 'perdure';
import { z } from 'zod';

export const Invoice = z.object({ total: z.number() });
export const Approval = z.object({ approved: z.boolean(), note: z.string().optional() });
export const Receipt = z.object({ number: z.string() });

export type Invoice = z.infer<typeof Invoice>;
export type Approval = z.infer<typeof Approval>;
export type Receipt = z.infer<typeof Receipt>;

export interface PayInput {
  read: WebTaskInput;
  pay: BrowserbaseAgentRunInput;
}
