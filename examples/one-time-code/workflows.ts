import { anchor, runAgent, schema, secret } from 'perdure/workflow';
import type { FormInput, Receipt } from './schemas.js';

export { agentRun } from 'perdure/workflow';

export async function fillForm({ url, person }: FormInput): Promise<Receipt> {
  return runAgent({
    name: 'form',
    agent: anchor.webTask({
      url,
      prompt:
        'Sign in as ann with the password PORTAL_PW. When the site asks for the code that it sent, ask for it. Then hand in the form, once.',
      secret_values: { PORTAL_PW: secret('PORTAL_PASSWORD') },
      human_intervention: true,
    }),
    result: schema<Receipt>('Receipt'),
    deadline: '1 hour',
    // Direct: what the person answers goes to the provider, and past Temporal. Unanswered, the run is stopped.
    questions: { direct: true, assignees: [person], deadline: '10 minutes' },
  });
}
