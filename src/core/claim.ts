import type { EndpointName } from './endpoints.js';
import type { ProviderQuestion } from './question.js';
import type { ProviderHandle } from './run.js';

const claimWindow = 90_000;
/** A real exchange with a provider has to fit in, however much shorter waits are made. */
const shortestWindow = 4_000;

/** How long a claim may stay unsettled, in milliseconds; then nobody knows whether its answer was sent. */
export function claimWindowAt(scale: number): number {
  return Math.max(shortestWindow, claimWindow * scale);
}

/** What whoever has claimed a question needs to give its answer to the provider. */
export interface ClaimGrant {
  /** `<provider>/<name>`. */
  account: string;
  endpoint: EndpointName;
  /** What names the run at its provider. */
  handle: ProviderHandle;
  /** What the provider is to be answered. */
  question: ProviderQuestion;
  /** ISO 8601: a claim that is not settled by then leaves the question `unknown`. */
  until: string;
}

/** Whether a question was claimed; if not, why. */
export type ClaimVerdict = { accepted: true; grant: ClaimGrant } | { accepted: false; reason: string };
