import type { SlotRequest } from '../src/core/admission.js';
import { jsonLength } from '../src/core/batch.js';

type Terms = Omit<SlotRequest, 'id' | 'generation'>;

/** Requests as they are carried over: what many have in common stands there once. */
export interface CarriedRequests {
  terms: Terms[];
  /** Id, generation, and which of the terms. */
  requests: [id: string, generation: number, terms: number][];
}

/** Beyond so many, the account's check costs less than to carry them: it finds those that are left out. */
const mostCarried = 10_000;

/** Packs requests in their order, as far as they have so many bytes as JSON; the account's check finds the others. */
export function packRequests(all: readonly SlotRequest[], mostBytes: number): CarriedRequests {
  const packed: CarriedRequests = { terms: [], requests: [] };
  const indices = new Map<string, number>();
  let bytes = 0;
  for (const { id, generation, ...own } of all.slice(0, mostCarried)) {
    const text = JSON.stringify(own);
    const known = indices.get(text);
    const index = known ?? packed.terms.length;
    const request: CarriedRequests['requests'][number] = [id, generation, index];
    bytes += jsonLength(request) + 1 + (known === undefined ? jsonLength(own) + 1 : 0);
    if (bytes > mostBytes) break;
    if (known === undefined) packed.terms.push(own);
    indices.set(text, index);
    packed.requests.push(request);
  }
  return packed;
}

/** The requests that were packed. */
export function unpackRequests({ terms, requests }: CarriedRequests): SlotRequest[] {
  return requests.flatMap(([id, generation, index]) => {
    const own = terms[index];
    return own ? [{ id, generation, ...own }] : [];
  });
}
