import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor, browserbase } from '../../src/core/builders.js';
import { secret } from '../../src/core/secret.js';
import { historyText } from '../support/history-text.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

const password = 'correct-horse-battery-staple';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real', secrets: { resolve: () => Promise.resolve(password) } });
});
afterAll(() => t.close());

const historyOf = (workflowId: string) => historyText(t.client, workflowId);

test('a refusal of an answer that repeats a secret is kept masked', async () => {
  const text = 'answers';
  t.simulator.on('browserbase.agentRun', { text }).asks({ message: 'Which?' }).returns({ ok: true });
  t.simulator.fault({ kind: 'status', on: 'answer', text, status: 400, message: `No answer for ${password}` });
  const agent = browserbase.agentRun({
    task: `${text} %p%`,
    variables: { p: { value: secret('PW') } },
    pauseWhen: 'unclear',
  });
  const run = await t.perdure.start({ key: text, agent });
  const answered = t.simulator.next({ on: 'answer', phase: 'replied', text });
  const question = await t.nextQuestion(run);
  await run.answer(question.id, 'the first', { by: 'me' });
  await answered;
  const again = await t.nextQuestion(run);
  await run.answer(again.id, 'the second', { by: 'me' });
  expect(await run.outcome()).toMatchObject({ status: 'completed' });
  const history = await historyOf(run.workflowId);
  expect(history).toContain('No answer for ‹secret PW›');
  expect(history).not.toContain(password);
});

test('an unknown status that shows a secret is told once, not at every look', async () => {
  const text = 'odd';
  t.simulator.on('anchor.webTask', { text }).neverEnds().reports(`odd ${password}`, { lasting: '10 h' });
  const looked = new Promise<void>((resolve) => {
    let looks = 0;
    t.simulator.when({ on: 'status', phase: 'replied', text }, () => {
      looks += 1;
      if (looks === 5) resolve();
    });
  });
  const agent = anchor.webTask({ prompt: text, secret_values: { p: secret('PW') } });
  const run = await t.perdure.start({ key: text, agent });
  await looked;
  await run.cancel();
  const { attempts } = await run.outcome();
  expect(attempts).toMatchObject([{ notes: ["The provider reported the unknown status 'odd ‹secret PW›'."] }]);
  const history = await historyOf(run.workflowId);
  expect(history).toContain('odd ‹secret PW›');
  expect(history.match(/"signalName":\s*"perdure\.changed"/g)).toHaveLength(1);
  expect(history).not.toContain(password);
});

test('an API key that the provider repeats in a result is masked, also in base64', async () => {
  const [key = ''] = t.simulator.keys.anchor;
  const text = 'keys';
  const coded = Buffer.from(key).toString('base64');
  t.simulator.on('anchor.webTask', { text }).returns({ raw: key, coded });
  const run = await t.perdure.start({ key: text, agent: anchor.webTask({ prompt: text }) });
  expect(await run.result()).toEqual({ raw: '‹secret API key›', coded: '‹secret API key›=' });
});
