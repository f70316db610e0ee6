import type { Amounts, SavedFile } from 'perdure/workflow';
import { z } from 'zod';

/** What an agent says of the invoices that it downloaded. */
export const Invoices = z.object({ cents: z.int().min(0), files: z.int().min(0) });
export const Approval = z.object({ approved: z.boolean(), note: z.string().optional() });

export type Invoices = z.infer<typeof Invoices>;
export type Approval = z.infer<typeof Approval>;

export interface CollectInput {
  month: string;
  sites: { name: string; url: string }[];
  /** What all runs together may use up. */
  budget: Amounts;
}

/** A site's invoices, or why they are missing. */
export type Collected = { site: string; cents: number; files: SavedFile[] } | { site: string; missing: string };

export interface Report {
  cents: number;
  approved: boolean;
  by?: string;
  sites: Collected[];
}
