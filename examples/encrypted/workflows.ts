import { anchor, runAgent, schema, secret } from 'perdure/workflow';
import type { Balance } from './schemas.js';

export { agentRun } from 'perdure/workflow';

export async function readBalance(url: string): Promise<Balance> {
  const agent = anchor.webTask({
    url,
    prompt: 'Sign in as ann with the password PORTAL_PW and read the balance in cents.',
    secret_values: { PORTAL_PW: secret('vault:portal/ann') }, // the name alone stands in Temporal
  });
  return runAgent({ name: 'read', agent, effect: 'read', result: schema<Balance>('Balance') });
}
