import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Receipt } from '../../examples/one-time-code/schemas.js';
import type { fillForm } from '../../examples/one-time-code/workflows.js';
import { answerDirectly } from '../../src/inbox/direct-answer.js';
import { ProviderLookup } from '../../src/inbox/provider-lookup.js';
import { type Example, openExample } from '../support/example.js';

const code = '482913';
const patient = { timeout: 90_000, interval: 200 };

let example: Example;
let providers: ProviderLookup;
beforeAll(async () => {
  // The ten minutes that a person has for the code are to outlast the starts of workers.
  const env = { PORTAL_PASSWORD: 'the password of the test' };
  example = await openExample({ name: 'one-time-code', schemas: { Receipt }, env, timeScale: 0.1 });
  const { anchorUrl: baseUrl, keys } = example.simulator;
  providers = new ProviderLookup((name) => ({ name, provider: 'anchor', apiKey: keys.anchor[0] ?? '', baseUrl }));
});
afterAll(async () => {
  await providers.close();
  await example.close();
});

test('a worker that is killed between any two steps of a form with a one-time code hands it in once, with one code', async () => {
  const { simulator, perdure, client, taskQueue, replaceWorker, killedAt } = example;
  simulator
    .on('anchor.webTask')
    .lasts('3 min')
    .asks({ message: 'Which code did the site send?', after: '1 min' })
    .returns(({ answers }) => ({ number: answers.join() }));
  // While the session is ended. Around the start of a form that may be handed in once, a person would be asked.
  const ending = killedAt({ on: 'session.end', phase: 'effected' });
  await replaceWorker();
  const handle = await client.workflow.start<typeof fillForm>('fillForm', {
    workflowId: 'killed',
    taskQueue,
    args: [{ url: 'https://portal.example.com', person: 'ann' }],
  });
  // Between the start and the question.
  await example.untilRunning('killed/form');
  await replaceWorker();
  // While a person is asked; and between the claim and what becomes of the code, which is sent past the worker.
  const question = await vi.waitUntil(async () => (await perdure.questions())[0], patient);
  await replaceWorker();
  const claimed = killedAt({ on: 'answer', phase: 'received' });
  const means = {
    perdure,
    provider: (account: string) => providers.provider(account),
    ask: <T>(work: () => Promise<T>) => work(),
    providerMs: 60_000,
  };
  const given = { question, answer: code, by: 'ann', channel: 'test', decisionId: 'one' };
  // A worker that has just come takes no message yet.
  const [verdict] = await Promise.all([vi.waitFor(() => answerDirectly(means, given), patient), claimed]);
  expect(verdict).toMatchObject({ accepted: true });
  // Once the agent has the code.
  await replaceWorker();
  await ending;

  expect(await handle.result()).toEqual({ number: code });
  const { ledger } = simulator;
  expect(ledger.effects('anchor.webTask').filter(({ effect }) => effect === 'start')).toHaveLength(1);
  expect(ledger.requests({ operation: 'answer' })).toHaveLength(1);
  expect((await perdure.get('killed/form').outcome()).questions).toMatchObject([{ state: 'applied', by: 'ann' }]);
  expect(ledger.open).toEqual([]);
}, 300_000);
