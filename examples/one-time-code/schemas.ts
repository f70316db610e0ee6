import { z } from 'zod';

export const Receipt = z.object({ number: z.string() });

export type Receipt = z.infer<typeof Receipt>;

export interface FormInput {
  url: string;
  /** Who has the telephone that the code is sent to. */
  person: string;
}
