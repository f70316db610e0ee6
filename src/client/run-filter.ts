import { type EndpointName, endpointNames } from '../core/endpoints.js';
import { type RunStatus, runStatuses } from '../core/run.js';
import { type ListFilter, oneOf, plain } from './listing.js';

/** Which runs to list; what is left out does not matter. */
export interface RunFilter extends ListFilter {
  /** Default: all. */
  status?: RunStatus[];
  /** Default: all. */
  endpoint?: EndpointName;
  /** `<provider>/<name>`. Default: all. */
  account?: string;
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

function quote(text: string): string {
  return `'${text}'`;
}
