import type { EndpointName } from './endpoints.js';

/** Perdure's own task queue when nothing else is said. */
export const defaultTaskQueue = 'perdure';

/** The queue of the endpoint whose call blocks, which has slots of its own. */
export function blockingQueue(taskQueue: string): string {
  return `${taskQueue}-blocking`;
}

/** Names on the wire, shared by workflows, clients and anyone who speaks to Temporal directly. */
export const wire = {
  answer: 'perdure.answer',
  claim: 'perdure.claim',
  settle: 'perdure.settle',
  takeover: 'perdure.takeover',
  changed: 'perdure.changed',
  enrol: 'perdure.enrol',
  withdraw: 'perdure.withdraw',
  hasten: 'perdure.hasten',
  limits: 'perdure.limits',
  granted: 'perdure.granted',
  account: 'perdure.account',
  watching: 'perdure.watching',
  due: 'perdure.due',
  enrolled: 'perdure.enrolled',
  enrolment: 'perdure.enrolment',
  status: 'perdure.status',
  questions: 'perdure.questions',
  outcome: 'perdure.outcome',
  reserve: 'perdure.reserve',
  reserved: 'perdure.reserved',
  used: 'perdure.used',
  budget: 'perdure.budget',
  feed: 'perdure.feed',
  ended: 'perdure.ended',
  room: 'perdure.room',
  batch: 'perdure.batch',
} as const;

/** The memo field that holds the hash of a run's input. */
export const inputHashMemo = 'perdureInputHash';

/** The memo field that holds until when a run has to have ended at the latest, in epoch milliseconds. */
export const deadlineMemo = 'perdureDeadline';

/** The memo field that holds the deployment which started a run: it has no mark before its first start. */
export const deploymentMemo = 'perdureDeployment';

/** The memo field that holds the workflow id of the batch that a run is an item of. */
export const batchMemo = 'perdureBatch';

/** The memo field that says of a plan what stands in lists: its name, and how many steps it has. */
export const planMemo = 'perdurePlan';

/** Search attributes, all of type Keyword. */
export const searchAttributes = [
  'PerdureStatus',
  'PerdureProvider',
  'PerdureEndpoint',
  'PerdureAccount',
  'PerdureWaiting',
  'PerdureMark',
] as const;

/**
 * What `PerdureWaiting` says of a workflow with an open question: that it waits for a person, or for one whose answer may
 * not be stored, which is known by it also while no worker can be asked.
 */
export const waitingFor = { person: 'person', direct: 'direct' } as const;

/** Finds the workflows that wait for a person. */
export const waitingQuery = `PerdureWaiting IN ('${waitingFor.person}', '${waitingFor.direct}')`;

export type SearchAttributeName = (typeof searchAttributes)[number];

/** Search attributes as Temporal gives them. */
interface Attributes {
  getAll(): { key: { name: string }; value: unknown }[];
}

/** A search attribute of a run; undefined where it has none. */
export function attributeOf(attributes: Attributes, name: SearchAttributeName): string | undefined {
  const value = attributes.getAll().find(({ key }) => key.name === name)?.value;
  return typeof value === 'string' ? value : undefined;
}

const keyPattern = /^[A-Za-z0-9._/:-]{1,180}$/;

/** Whether a text may be the key of a run: 1 to 180 of `A-Za-z0-9._/:-`. */
export function isKey(text: string): boolean {
  return keyPattern.test(text);
}

/** The workflow id of the run with this key. */
export function runWorkflowId(key: string): string {
  return `perdure:run:${key}`;
}

/** The key of the run with this workflow id, or undefined when it is not a run's. */
export function keyOfWorkflowId(workflowId: string): string | undefined {
  return workflowId.startsWith('perdure:run:') ? workflowId.slice('perdure:run:'.length) : undefined;
}

const batchStart = 'perdure:batch:';

/** The workflow id of the batch with this key. */
export function batchWorkflowId(key: string): string {
  return `${batchStart}${key}`;
}

/** The key of the batch with this workflow id, or undefined when it is not a batch's. */
export function keyOfBatch(workflowId: string): string | undefined {
  return workflowId.startsWith(batchStart) ? workflowId.slice(batchStart.length) : undefined;
}

/** The key of the run of an item: a later one of the same item has its number behind it. */
export function itemRunKey(batch: string, item: string, attempt = 1): string {
  return attempt === 1 ? `${batch}/${item}` : `${batch}/${item}:${attempt}`;
}

/** The id of the schedule by which a deployment is swept, and what the ids of its sweeps begin with. */
export function sweepId(deployment: string): string {
  return `perdure:sweep:${deployment}`;
}

/** The account that an endpoint uses when none is named. */
export function defaultAccount(endpoint: EndpointName): string {
  return `${endpoint.split('.')[0]}/default`;
}
