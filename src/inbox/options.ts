import type { RunFilter } from '../client/run-filter.js';
import type { RunSummary } from '../client/description.js';
import type { StartOptions } from '../client/perdure.js';
import type { AnswerOptions, ClaimOptions, SettleOptions, Taken } from '../client/answers.js';
import type { BatchFilter, BatchSummary } from '../client/batch/batch-list.js';
import type { PlanOptions } from '../client/plan-input.js';
import type { PlanFilter, PlanSummary } from '../client/plan-list.js';
import type { QuestionFilter, WaitingQuestions } from '../client/questions.js';
import type { TakeoverOptions } from '../client/takeover.js';
import type { TemporalPages } from '../client/temporal-pages.js';
import type { ClaimVerdict } from '../core/claim.js';
import type { Json } from '../core/json.js';
import type { PlanOutcome, PlanReport } from '../core/plan.js';
import type { Prices } from '../core/prices.js';
import type { AnswerVerdict, Question } from '../core/question.js';
import type { Outcome, RunReport } from '../core/run.js';
import type { EndpointDriver, Provider } from '../providers/provider.js';
import type { InboxTokens } from '../secrets/inbox-tokens.js';
import type { KeyRing } from '../secrets/key-ring.js';
import type { LinkSigner } from '../secrets/links.js';
import type { Reviewers } from './person.js';

/** One run, as far as the inbox asks it. */
export interface InboxRun {
  readonly workflowId: string;
  status(): Promise<RunReport>;
  questions(): Promise<Question[]>;
  outcome(): Promise<Outcome>;
  cancel(): Promise<void>;
}

/** One plan, as far as the inbox asks it. */
export interface InboxPlan {
  readonly workflowId: string;
  status(): Promise<PlanReport>;
  outcome(): Promise<PlanOutcome>;
  cancel(): Promise<void>;
}

/** What the inbox needs of a client; `Perdure` is one. */
export interface InboxClient {
  start(options: StartOptions): Promise<{ readonly key: string; readonly workflowId: string }>;
  get(key: string): InboxRun;
  startPlan(options: PlanOptions): Promise<{ readonly key: string; readonly workflowId: string }>;
  getPlan(key: string): InboxPlan;
  list(filter: RunFilter): Promise<RunSummary[]>;
  listPlans(filter: PlanFilter): Promise<PlanSummary[]>;
  listBatches(filter: BatchFilter): Promise<BatchSummary[]>;
  findBatch(key: string): Promise<BatchSummary>;
  cancelBatch(key: string): Promise<void>;
  waiting(filter?: QuestionFilter): Promise<WaitingQuestions>;
  question(id: string): Promise<Question>;
  answer(id: string, answer: Json, options: AnswerOptions): Promise<AnswerVerdict>;
  claim(id: string, options: ClaimOptions): Promise<ClaimVerdict>;
  settle(id: string, options: SettleOptions): Promise<Taken>;
  takeover(key: string, options: TakeoverOptions): Promise<Taken>;
}

/** The secret by which one Anchor account signs its webhooks. */
export interface WebhookSecret {
  /** `<provider>/<name>`. */
  account: string;
  secret: string;
}

/** What an inbox is made with. */
export interface InboxOptions {
  perdure: InboxClient;
  tokens: InboxTokens;
  reviewers?: Reviewers;
  deployment: string;
  /** Whether a workflow is of this deployment; throws `run-not-found` where there is none. */
  belongs: (workflowId: string) => Promise<boolean>;
  /** The sealing keys, which sessions are signed with as well. */
  keys: KeyRing;
  /** The provider of an account; throws `account-unknown`. */
  provider: (account: string) => Promise<Provider>;
  /** Tells whether signed links hold. Default: none does. */
  links?: Pick<LinkSigner, 'verify'>;
  webhooks?: readonly WebhookSecret[];
  /** Has the account's watchers look at these runs or sessions soon; at all of them where none is named. */
  hasten?: (account: string, ids: readonly string[]) => Promise<void>;
  /** Bounds the calls to Temporal that the work makes, in milliseconds. */
  bounded?: <T>(ms: number, work: () => Promise<T>) => Promise<T>;
  /** What runs cost is told by. Default: none. */
  prices?: Prices;
  /** Temporal's own pages. */
  temporalUi?: TemporalPages;
  /** Where people reach the inbox, if not where it listens: what links begin with. */
  url?: string;
  /** Told in one line what people can't be told. */
  onTrouble?: (line: string) => void;
  pace?: Partial<Pace>;
}

/** How long the inbox waits, in milliseconds. */
export interface Pace {
  /** For one answer of Temporal's. Default 10 s. */
  temporal: number;
  /** For one answer of a provider's. Default 10 s. */
  provider: number;
  /** Between two looks for questions, while somebody is there. Default 1 s. */
  look: number;
  /** Between two signs of life on an idle stream. Default 15 s. */
  keepAlive: number;
  /** For everything that is sent to the inbox in one request. Default 30 s. */
  request: number;
}

export const defaultPace: Pace = {
  temporal: 10_000,
  provider: 10_000,
  look: 1_000,
  keepAlive: 15_000,
  request: 30_000,
};

/** The endpoint's driver of a run. */
export async function driverOf(
  provider: InboxOptions['provider'],
  { account, endpoint }: Pick<RunReport, 'account' | 'endpoint'>,
): Promise<EndpointDriver> {
  return (await provider(account)).driver(endpoint);
}
