import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Question } from '../../src/core/question.js';
import type { RunningWorker } from '../../src/worker/index.js';
import { jsonOf } from './fake-context.js';
import { openWorld, type World } from './world.js';

let world: World;
let worker: RunningWorker;
beforeAll(async () => {
  world = await openWorld();
  worker = await world.startWorker();
});
afterAll(async () => {
  expect(world.simulator.ledger.open).toEqual([]);
  await world.close();
});

/** Starts a run that asks, and gives its question when it waits. */
async function ask(key: string): Promise<Question> {
  const called = world.call('run', 'anchor.task', '--key', key, '--task-id', key, '--json');
  await called.until(/perdure answer/);
  called.interrupt();
  await called.exit;
  const { questions } = jsonOf(await world.run('show', key, '--json')) as { questions: Question[] };
  const [question] = questions;
  if (!question) return expect.fail('The run has no question.');
  return question;
}

test('a question is shown with the command that answers it, and its text commands no terminal', async () => {
  world.simulator.on('anchor.task', { text: 'plain' }).asks({ message: 'Which\x1b[31m town?' });
  const question = await ask('plain');
  await expect
    .poll(async () => (await world.run('questions')).stdout)
    .toContain(`perdure answer '${question.id}' --text`);
  const { stdout } = await world.run('questions');
  expect(stdout).toContain('(plain): Which [31m town?');
  expect(stdout).not.toContain('\x1b');
  const waiting = await world.run('run', 'anchor.task', '--key', 'plain', '--task-id', 'plain', '--no-wait');
  expect(waiting.exit).toBe(3);
  expect((await world.run('show', 'plain')).stdout).toMatch(/attempt 1 +accepted/);
  expect((await world.run('answer', question.id, '--text', 'Bern')).exit).toBe(0);
  expect((await world.run('result', 'plain')).exit).toBe(0);
  expect((await world.run('show', 'plain')).stdout).toMatch(/question +Which .*town\? \(applied by ann: Bern\)/);
  const late = await world.run('answer', question.id, '--text', 'Basel', '--json');
  expect({ exit: late.exit, error: jsonOf(late) }).toMatchObject({
    exit: 1,
    error: { error: { code: 'question-not-found' } },
  });
});

test('fields are given in the types of the form, by the user of the machine', async () => {
  const fields = [
    { name: 'n', label: 'Number', type: 'number', required: true },
    { name: 't', label: 'Text' },
  ] as const;
  world.simulator.on('anchor.task', { text: 'form' }).asks({ kind: 'fields', message: 'Fill in', fields: [...fields] });
  const question = await ask('form');
  const wrong = await world.run('answer', question.id, '--field', 'n=many', '--json');
  expect({ exit: wrong.exit, verdict: jsonOf(wrong) }).toEqual({
    exit: 2,
    verdict: { accepted: false, reason: "The field 'n' must be a number." },
  });
  expect(wrong.stderr).toContain('hint: It is answered by --field n=… --field t=….');
  expect((await world.run('answer', question.id, '--field', 'n=42', '--field', 't=a=b')).stdout).toContain("as ann's");
  const outcome = jsonOf(await world.run('result', 'form', '--json'));
  expect(outcome).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann', channel: 'cli' }] });
  expect(world.simulator.ledger.answers.at(-1)?.answer).toMatchObject({ n: expect.anything() as unknown, t: 'a=b' });
});

test('--json VALUE is the answer, and prints the verdict as JSON', async () => {
  world.simulator.on('anchor.task', { text: 'json' }).asks({ kind: 'confirm', message: 'Pay?' });
  const question = await ask('json');
  const answered = await world.run('answer', question.id, '--json', 'true', '--by', 'bob');
  expect({ exit: answered.exit, verdict: jsonOf(answered) }).toEqual({ exit: 0, verdict: { accepted: true } });
  const shown = await world.run('show', 'json', '--watch', '--json');
  expect(jsonOf(shown)).toMatchObject({ status: 'completed', outcome: { questions: [{ by: 'bob' }] } });
});

test('an answer without a worker is said to be received, and is applied by the next one', async () => {
  world.simulator.on('anchor.task', { text: 'later' }).asks({ message: 'Which town?' });
  const question = await ask('later');
  await worker.stop();
  const { exit, stdout } = await world.run('answer', question.id, '--text', 'Bern');
  await world.startWorker();
  expect({ exit, stdout }).toEqual({
    exit: 0,
    stdout: "The answer was received as ann's, and is not yet applied: no worker is there to take it.\n",
  });
  const outcome = jsonOf(await world.run('result', 'later', '--json'));
  expect(outcome).toMatchObject({ status: 'completed', questions: [{ state: 'applied', by: 'ann' }] });
});

test('an answer to a question that is not there is an error', async () => {
  const ended = await world.run('answer', 'perdure:run:nobody~1', '--yes', '--json');
  expect({ exit: ended.exit, error: jsonOf(ended) }).toMatchObject({
    exit: 1,
    error: { error: { code: 'question-not-found' } },
  });
});
