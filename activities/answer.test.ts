import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserbase } from '../src/core/builders.js';
import { defaultTimings } from '../src/core/timings.js';
import { enrolmentOf, watcherOf } from '../src/core/watch.js';
import { environmentSecrets } from '../src/secrets/resolver.js';
import { inputs, mark, openStage, type Stage } from '../test/conformance/stage.js';
import { answerQuestion, type AnswerTask } from './answer.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage('browserbase.agentRun');
});
afterAll(() => stage.close());

/** What an attempt says of an answer to a question that is no longer asked. */
async function said(heartbeatDetails: unknown): Promise<'applied' | 'gone'> {
  const { sim, driver } = stage;
  sim.on('browserbase.agentRun').lasts('1 hour');
  const { runId } = await driver.start({ input: inputs['browserbase.agentRun'], mark }, { timeoutMs: 5_000 });
  const deliver = answerQuestion({
    provider: () =>
      Promise.resolve({
        name: 'browserbase',
        account: 'browserbase/default',
        driver: () => driver,
        close: () => Promise.resolve(),
      } as never),
    limits: () => Promise.resolve({}),
    secrets: environmentSecrets({}),
    seal: (text) => text,
    scope: { deployment: () => 'test', accounts: () => [], assertCluster: () => Promise.resolve() },
    prepare: () => {
      throw new TypeError('not asked for');
    },
    prepareQuestion: () => {
      throw new TypeError('not asked for');
    },
  });
  const handle = { generation: 1, mark, runId, ownsSession: false };
  const agent = browserbase.agentRun({ task: 'read the invoice' });
  const task: AnswerTask = {
    account: 'browserbase/default',
    endpoint: 'browserbase.agentRun',
    handle,
    question: { providerId: 'call-1', message: 'Which?', form: { kind: 'text' } },
    answer: 'this',
    timings: defaultTimings,
    enrolment: {
      watcher: watcherOf('invoice-1', 'browserbase/default', 'perdure'),
      run: enrolmentOf({ id: 'w', agent, handle, timings: defaultTimings, startedAt: 0 }),
    },
  };
  return new MockActivityEnvironment({ attempt: 2, heartbeatDetails }).run(deliver, task);
}

test('an answer is applied where an attempt before had sent it and its question is gone', async () => {
  expect(await said('sent')).toBe('applied');
});

test('an answer that no attempt has sent is not told as applied', async () => {
  expect(await said(undefined)).toBe('gone');
});
