/** What a code means for whoever holds the error: may the same call be made again? */
export interface ErrorKind {
  readonly retryable: boolean;
  /** One sentence for lists and pages. */
  readonly meaning: string;
}

const final = (meaning: string): ErrorKind => ({ retryable: false, meaning });
const again = (meaning: string): ErrorKind => ({ retryable: true, meaning });

/** Every error code of Perdure. The code is the contract; messages may change. */
export const errorCodes = {
  'bad-input': final('What the caller gave does not fit; nothing was started.'),
  'config-invalid': final('A configuration file or an environment variable does not fit.'),
  'key-taken': final('A run with this key exists and was started with other input.'),
  'account-unknown': final('The worker has no account of this name.'),
  'secret-missing': final('A secret reference does not resolve on the worker.'),
  'secret-too-short': final('The value of a secret is too short to be masked in results.'),
  'secret-unavailable': again('The place where a secret is kept did not answer.'),
  'seal-key-missing': final('A text was sealed with a key that this process does not have.'),
  'seal-broken': final('A sealed text was altered, or sealed for another place.'),
  'codec-key-missing': final('A payload is encrypted with a key that this process does not have.'),
  'codec-broken': final('An encrypted payload was altered.'),
  'codec-plaintext': final('A payload is not encrypted where only encrypted ones are taken.'),
  unauthorized: final('The provider refused the API key.'),
  forbidden: final('The provider does not allow this for the account.'),
  'no-credit': final('The account has no credit left at the provider.'),
  'task-not-found': final('The provider does not know the task, session or agent that was named.'),
  'request-rejected': final('The provider refused the request as invalid.'),
  'rate-limited': again('The provider allows no more for now.'),
  'provider-unreachable': again('No connection to the provider could be opened.'),
  'provider-timeout': again('The provider did not answer in time.'),
  'provider-error': again('The provider answered with an error of its own.'),
  'provider-conflict': again('The provider says that the run is in another state than the call needs.'),
  'provider-malformed': again('The provider answered with something that is not what it documents.'),
  'response-too-large': final('The provider answered with more than may be read.'),
  'start-unknown': final('Nobody knows whether the provider started the run; it was not started again.'),
  'start-expired': final('The start was not sent within its window.'),
  'run-failed': final('The provider says that the run failed.'),
  'run-stopped': final('The run was stopped at the provider, not by Perdure.'),
  'run-timed-out': final('The provider ended the run because it took too long.'),
  'run-lost': final('The provider no longer knows the run.'),
  'result-missing': final('The run completed without the result that was asked for.'),
  'result-invalid': final('The result does not fit the schema.'),
  'result-too-large': final('The result is larger than the limit.'),
  'result-unreadable': final('The run ended, but its result could not be read before the release bound.'),
  cancelled: final('The run was cancelled.'),
  'run-terminated': final('The workflow of the run was ended from outside, so that nothing was cleaned up.'),
  'deadline-exceeded': final('The run did not end before its deadline.'),
  'batch-taken': final('Another process feeds the batch now.'),
  'batch-not-found': final('Temporal knows no batch with this key.'),
  'run-not-found': final('Temporal knows no run with this key.'),
  'question-not-found': final('There is no such question, or its run is gone.'),
  'answer-refused': final('The answer can not be taken: the reason is in the message.'),
  'answer-not-allowed': final('The person may not answer this question, or not on behalf of others.'),
  'token-refused': final('The token or the sign-in is missing, wrong or over.'),
  'too-many-tries': again('Too many different wrong tokens came from one place.'),
  'request-forged': final('A form did not come from the own page of the inbox.'),
  'body-too-large': final('What was sent to the inbox is larger than it takes.'),
  'address-unknown': final('The inbox has nothing at this address.'),
  'webhook-refused': final('A webhook is not signed by whom it should be, or is too old.'),
  'question-expired': final('Nobody answered a question before its deadline.'),
  'channel-refused': final('A channel does not take what it is told.'),
  'channel-unreachable': again('A channel could not be told for now.'),
  'temporal-unreachable': again('Temporal did not answer.'),
  'search-attributes-missing': final('The Temporal namespace lacks the search attributes of Perdure.'),
  'worker-missing': again('No worker serves the task queue, so nothing would be done.'),
  'cluster-unknown': final('The Temporal namespace is not the one that this home belongs to; nothing was ended.'),
  'adopt-refused': final('The run can not be taken up: the reason is in the message.'),
  'server-binary-missing': final('The embedded Temporal server could not be found, downloaded or installed.'),
  'server-port-taken': final('Another process holds the port of the embedded server.'),
  'server-database-version': final('The database file was written by another version of the server.'),
  'server-start-failed': again('The embedded server did not come up.'),
  'home-not-writable': final('The home folder of Perdure cannot be written.'),
  'workflows-not-exported': final('The workflows file of the worker does not re-export perdure/workflow.'),
  'schema-unknown': final('A workflow names a schema that the worker does not have.'),
  'reference-invalid': final('A reference of a plan names nothing, or what does not fit where it stands.'),
  'plan-outgrown': final('A plan has outgrown what Temporal keeps of one workflow; the rest of it was not begun.'),
  'approval-refused': final('A person refused what a plan asked for, so that the plan stopped.'),
  'step-name-taken': final('Two steps of one workflow have the same name.'),
  'budget-exceeded': final('The budget does not allow a step, which was not started.'),
  'sdk-copies': final('The worker and Perdure use two copies of the Temporal SDK.'),
  'activity-name-taken': final('An activity of the worker has a name that Perdure uses.'),
  'history-diverged': final('A workflow does something else when its history is replayed.'),
  'test-server-missing': final('The time-skipping test server is not at hand.'),
  internal: final('Perdure did something wrong.'),
} as const satisfies Record<string, ErrorKind>;

/** A stable code of an error of Perdure; each has a page in `docs/errors`. */
export type ErrorCode = keyof typeof errorCodes;

/** Tells whether a text is one of Perdure's error codes. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorCodes, text);
}

const refusals: readonly ErrorCode[] = [
  'bad-input',
  'account-unknown',
  'secret-missing',
  'secret-too-short',
  'secret-unavailable',
  'unauthorized',
  'forbidden',
  'no-credit',
  'task-not-found',
  'request-rejected',
  'rate-limited',
  'provider-unreachable',
  'start-expired',
];

/** Whether this answer to a start proves that nothing was started; every other failure leaves it unknown. */
export function provesRefusal(code: ErrorCode): boolean {
  return refusals.includes(code);
}
