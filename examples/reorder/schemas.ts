import { z } from 'zod';

export const Stock = z.object({ lamps: z.number() });
export const Order = z.object({ number: z.string() });

export type Stock = z.infer<typeof Stock>;
export type Order = z.infer<typeof Order>;
