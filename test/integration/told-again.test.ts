import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import type { RunHandle } from '../../src/client/run-handle.js';
import type { QuestionNotice } from '../../src/core/notice.js';
import { noticeWorkflowId } from '../../src/core/notice.js';
import type { Question } from '../../src/core/question.js';
import { ownWorkflowBundle } from '../../src/worker/workflow-bundle.js';
import { openStage, type Stage } from '../plugin/stage.js';
import { askingAgentOf } from '../support/agents.js';
import { openReceiver, type Received, type Receiver } from '../support/receiver.js';

let stage: Stage;
let receiver: Receiver;
beforeAll(async () => {
  [stage, receiver] = await Promise.all([openStage(), openReceiver()]);
});
afterAll(async () => {
  await receiver.close();
  await stage.close();
});

/** Waits until the run's question is open, and gives it. */
async function openQuestion(run: RunHandle, refused: number): Promise<Question> {
  const isAsked = ({ state, refused: before = [] }: Question) => state === 'open' && before.length === refused;
  const found = async () => (await run.questions()).find(isAsked);
  await expect.poll(found, { timeout: 30_000 }).toBeDefined();
  return (await found()) ?? expect.fail('the question is open');
}

const noticeIn = ({ body }: Received) => JSON.parse(body) as QuestionNotice & { links: { to: string; url: string }[] };

test('after an answer that whoever asked has refused, people are told again, also by a channel that refused to tell them first', async () => {
  const { simulator, server } = stage;
  const config = path.join(server.home, 'told-again.yaml');
  const ops = { name: 'ops', type: 'webhook', url: `${receiver.url}/hooks`, secretEnv: 'OPS_SECRET' };
  await writeFile(config, JSON.stringify({ channels: [{ ...ops, events: ['run.waiting'] }] }));
  const plugin = stage.plugin({ config, env: { OPS_SECRET: 'a secret of enough characters' } });
  const workflowBundle = await ownWorkflowBundle();
  const worker = await stage.worker({ taskQueue: 'perdure', workflowBundle, plugins: [plugin] });
  const { client } = server;
  const perdure = await connect({ client, env: {}, deployment: 'test', timeScale: 0.01 });
  const text = 'told again.';
  simulator.on('anchor.webTask', { text }).lasts('1 min').asks({ message: 'Which?', after: '5 s' });
  simulator.fault({ kind: 'status', status: 400, on: 'answer', text });
  receiver.answer = (response) => void response.writeHead(receiver.received.length === 1 ? 410 : 204).end();
  await worker.runUntil(async () => {
    const agent = askingAgentOf('anchor.webTask', text);
    const questions = { assignees: ['ann'] };
    const run = await perdure.start({ key: 'told-again', agent, deadline: '10 hours', questions });
    const question = await openQuestion(run, 0);
    await receiver.until(1);
    expect(await perdure.answer(question.id, 'wrong', { by: 'ann' })).toEqual({ accepted: true });
    await openQuestion(run, 1);
    await receiver.until(2);
    const [first, second] = receiver.received.map(noticeIn);
    for (const notice of [first, second]) {
      expect(notice).toMatchObject({
        type: 'run.waiting',
        questionId: question.id,
        to: ['ann'],
        title: question.title,
      });
    }
    expect(second?.id).toBe(`${first?.id ?? ''}-2`);
    expect(second?.links[0]?.url).not.toBe(first?.links[0]?.url);
    const reports = [first, second].map((notice) =>
      client.workflow.getHandle(noticeWorkflowId({ id: notice?.id ?? '' })).result(),
    );
    expect(await Promise.all(reports)).toMatchObject([
      [{ channel: 'ops', told: false, error: { code: 'channel-refused' } }],
      [{ channel: 'ops', told: true }],
    ]);
    expect(await perdure.answer(question.id, 'right', { by: 'ann' })).toEqual({ accepted: true });
    expect(await run.outcome()).toMatchObject({ questions: [{ state: 'applied', answer: 'right' }] });
  });
  expect(receiver.received).toHaveLength(2);
});
