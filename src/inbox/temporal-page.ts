import type { InboxOptions } from './options.js';

/** Where Temporal's own pages show a workflow; undefined where there are none. */
export function temporalPage({ temporalUi }: InboxOptions, workflowId: string): string | undefined {
  if (!temporalUi) return undefined;
  const { url, namespace } = temporalUi;
  return `${url}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
