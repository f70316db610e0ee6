import { PerdureError } from '../../src/core/errors.js';
import type { Found } from '../../src/providers/provider.js';
import type { AccountOptions } from '../../src/worker/accounts.js';

interface Listed {
  runId: string;
  status: string;
  createdAt: string;
}

/** The newest run of a Browserbase account, whosesoever it is, given out for the one with this mark. */
export async function newestRun({ apiKey, baseUrl }: AccountOptions, mark: string): Promise<Found[]> {
  const reply = await fetch(`${baseUrl}/v1/agents/runs?limit=100`, { headers: { 'x-bb-api-key': String(apiKey) } });
  if (!reply.ok) throw new PerdureError({ code: 'provider-error', message: `The list was refused: ${reply.status}.` });
  const { data } = (await reply.json()) as { data: Listed[] };
  const newest = data.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).at(0);
  if (!newest) return [];
  const { runId: id, status: providerStatus, createdAt } = newest;
  return [{ kind: 'run', id, mark, live: true, createdAt, providerStatus }];
}
