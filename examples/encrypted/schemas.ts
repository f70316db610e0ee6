import { z } from 'zod';

export const Balance = z.object({ cents: z.number() });

export type Balance = z.infer<typeof Balance>;
