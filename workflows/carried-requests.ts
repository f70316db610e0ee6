import type { SlotRequest } from '../src/core/admission.js';

type Terms = Omit<SlotRequest, 'id' | 'generation'>;

/** Requests as they are carried over: what many have in common stands there once. */
export interface CarriedRequests {
  terms: Terms[];
  /** Id, generation, and which of the terms. */
  requests: [id: string, generation: number, terms: number][];
}

/** Beyond so many, they are more than one payload carries; the account's check finds those that are left out. */
const mostCarried = 10_000;

/** Packs requests in their order. */
export function packRequests(all: readonly SlotRequest[]): CarriedRequests {
  const terms: Terms[] = [];
  const indices = new Map<string, number>();
  const requests = all.slice(0, mostCarried).map(({ id, generation, ...own }): CarriedRequests['requests'][number] => {
    const text = JSON.stringify(own);
    const index = indices.get(text) ?? terms.push(own) - 1;
    indices.set(text, index);
    return [id, generation, index];
  });
  return { terms, requests };
}

/** The requests that were packed. */
export function unpackRequests({ terms, requests }: CarriedRequests): SlotRequest[] {
  return requests.flatMap(([id, generation, index]) => {
    const own = terms[index];
    return own ? [{ id, generation, ...own }] : [];
  });
}
