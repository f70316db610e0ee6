import { z } from 'zod';

export const Stock = z.object({ product: z.string(), left: z.number() });

export type Stock = z.infer<typeof Stock>;

export interface Shop {
  id: string;
  url: string;
}

export interface Nightly {
  shops: Shop[];
  /** Shops that have fewer left are named in the report. */
  atLeast: number;
}

export interface NightlyReport {
  checked: number;
  low: string[];
  failed: string[];
  credits: number;
}
