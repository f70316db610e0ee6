import { isTemporalCloud, type TemporalTarget } from './temporal-target.js';

/** Temporal's own pages of a namespace. */
export interface TemporalPages {
  url: string;
  namespace: string;
}

/** Where a server shows its workflows; undefined where nothing says so, as of most servers of somebody's own. */
export function pagesOf({ uiUrl, address, namespace }: TemporalTarget): TemporalPages | undefined {
  const url = uiUrl ?? (isTemporalCloud(address) ? 'https://cloud.temporal.io' : undefined);
  return url === undefined ? undefined : { url, namespace };
}

/** Where Temporal's own pages show a workflow; undefined where there are none. */
export function temporalPage(pages: TemporalPages | undefined, workflowId: string): string | undefined {
  if (!pages) return undefined;
  return `${pages.url}/namespaces/${encodeURIComponent(pages.namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
