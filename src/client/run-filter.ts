import { type EndpointName, endpointNames } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import { isKey } from '../core/names.js';
import { type RunStatus, runStatuses } from '../core/run.js';

/** Which runs to list; what is left out does not matter. */
export interface RunFilter {
  status?: RunStatus[];
  endpoint?: EndpointName;
  account?: string;
  /** The beginning of the key. */
  prefix?: string;
  /** Only runs that this deployment started. Default: every deployment's. */
  deployment?: string;
  /** Default 100. */
  limit?: number;
  /** How many of the newest are left out. Default 0. */
  skip?: number;
}

/** The query of a filter in Temporal's list language. Throws `bad-input` for a value that no run can have. */
export function listQuery({ status, endpoint, account, prefix, deployment }: RunFilter): string {
  const terms = ["WorkflowType = 'agentRun'"];
  if (status?.length)
    terms.push(`PerdureStatus IN (${status.map((name) => quote(oneOf(runStatuses, name))).join(', ')})`);
  if (endpoint) terms.push(`PerdureEndpoint = ${quote(oneOf(endpointNames, endpoint))}`);
  if (account) terms.push(`PerdureAccount = ${quote(plain(account))}`);
  if (prefix) terms.push(`WorkflowId STARTS_WITH ${quote(`perdure:run:${plain(prefix)}`)}`);
  if (deployment)
    terms.push(`(PerdureMark STARTS_WITH ${quote(`perdure-${plain(deployment)}-`)} OR PerdureMark IS NULL)`);
  return terms.join(' AND ');
}

function oneOf<T extends string>(names: readonly T[], name: T): T {
  if (names.includes(name)) return name;
  throw new PerdureError({
    code: 'bad-input',
    message: `There is no '${name}'.`,
    hint: `There are ${names.join(', ')}.`,
  });
}

function plain(text: string): string {
  if (isKey(text)) return text;
  throw new PerdureError({
    code: 'bad-input',
    message: `'${text}' has characters that neither keys nor accounts have.`,
    hint: 'They have A-Z a-z 0-9 . _ / : - only.',
  });
}

function quote(text: string): string {
  return `'${text}'`;
}
