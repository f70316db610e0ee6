import type { Client } from '@temporalio/client';
import type { Limits } from '../src/core/admission.js';
import type { Channel } from '../src/core/channel.js';
import type { FilePlan, SaveFilesTask } from '../src/core/files.js';
import type { PreparedQuestion, PrepareQuestionTask } from '../src/core/person-step.js';
import type { PreparedRun, PrepareTask } from '../src/core/step.js';
import type { Provider } from '../src/providers/provider.js';
import type { LinkSigner } from '../src/secrets/links.js';
import type { SecretResolver } from '../src/secrets/resolver.js';
import type { WatchSpread } from './watch-spread.js';

/** What belongs to the worker's deployment, and nothing else does. */
export interface SweepScope {
  deployment(): string;
  /** The accounts that are known by name. */
  accounts(): readonly string[];
  /** Throws `cluster-unknown` when this Temporal namespace is not the one of the worker's home, unless it is accepted. */
  assertCluster(client: Client, accept: boolean): Promise<void>;
}

/** How people and programs are told. */
export interface Telling {
  channels: readonly Channel[];
  /** What links begin with, without a slash at the end. */
  inboxUrl: string;
  /** Asked only when a link is made. */
  links(): LinkSigner;
}

/** What the activities need of the worker they run in. */
export interface ActivityDependencies {
  /** The provider of an account; throws `account-unknown`. */
  provider(account: string): Promise<Provider>;
  /** What the worker's configuration allows an account. */
  limits(account: string): Promise<Limits>;
  secrets: SecretResolver;
  /** How an account's runs are spread over its watchers: what this worker's check of open runs finds. */
  spread: WatchSpread;
  /** Seals a text that has to be stored but not read in Temporal, for one place. */
  seal(text: string, context: string): string;
  /** Absent: nobody is told. */
  telling?: Telling;
  /** What a sweep may touch. */
  scope: SweepScope;
  /** Checks a workflow's step; throws `bad-input`, `schema-unknown`. */
  prepare(task: PrepareTask): PreparedRun;
  /** Checks a workflow's question; throws `bad-input`, `schema-unknown`. */
  prepareQuestion(task: PrepareQuestionTask): PreparedQuestion;
  /** Checks what a workflow says of the files to be saved; throws `bad-input`. */
  prepareFiles(task: SaveFilesTask): FilePlan;
}
