import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type PerdureTest, perdureTest } from 'perdure/testing';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { Receipt } from './schemas.js';
import type { fillForm } from './workflows.js';

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url));
const commandLine = path.resolve('dist/src/cli/main.js');
const code = 'canary-482913';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({
    time: 'real',
    scale: 0.05,
    workflowsPath,
    schemas: { Receipt },
    secrets: { resolve: (name) => (name === 'PORTAL_PASSWORD' ? 'canary-password' : undefined) },
  });
  const config = `accounts:\n  anchor/default: { apiKeyEnv: ANCHOR_KEY, baseUrl: "${t.simulator.anchorUrl}" }\n`;
  writeFileSync(path.join(t.home, 'perdure.config.yaml'), config);
});
afterAll(async () => {
  expect(t.ledger.open).toEqual([]);
  await t.close();
});

/** What the person does: `npx perdure answer <id> --text <code>`, where the account's key is at hand. */
async function answerFromShell(id: string): Promise<{ exit: unknown; said: string }> {
  const { connection } = t.client;
  assert(connection instanceof Connection);
  const child: ChildProcess = spawn(process.execPath, [commandLine, 'answer', id, '--text', code, '--by', 'ann'], {
    cwd: t.home,
    env: {
      PATH: process.env.PATH,
      TEMPORAL_ADDRESS: connection.options.address,
      PERDURE_HOME: t.home,
      PERDURE_DEPLOYMENT: 'test',
      ANCHOR_KEY: t.simulator.keys.anchor[0],
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (said += data.toString()));
  const [exit] = await once(child, 'close');
  return { exit, said };
}

/** All that Temporal has of a workflow, decoded. */
async function storedOf(workflowId: string): Promise<string> {
  const history = historyToJSON(await t.client.workflow.getHandle(workflowId).fetchHistory());
  return history.replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
}

test('the code that a person gives reaches the agent, and is nowhere in Temporal', async () => {
  t.simulator
    .on('anchor.webTask')
    .lasts('10 min')
    .asks({ message: 'Which code did the site send?', after: '1 min' })
    .returns(({ answers }) => ({ number: answers[0] === code ? 'R-1' : 'wrong' }));
  const handle = await t.client.workflow.start<typeof fillForm>('fillForm', {
    args: [{ url: 'https://portal.example.com', person: 'ann' }],
    workflowId: 'form-1',
    taskQueue: t.taskQueue,
  });
  const question = await t.nextQuestion(handle);
  expect(question).toMatchObject({ direct: true, assignees: ['ann'], message: 'Which code did the site send?' });

  const { exit, said } = await answerFromShell(question.id);
  expect({ exit, said }).toMatchObject({ exit: 0, said: expect.stringContaining("as ann's") });
  expect(said).not.toContain(code);

  expect(await handle.result()).toEqual({ number: 'R-1' });
  expect(t.ledger.effects('anchor.webTask').filter(({ effect }) => effect === 'start')).toHaveLength(1);
  expect(JSON.stringify(t.ledger.requests({ operation: 'answer' }))).toContain(code);
  const run = t.perdure.get('form-1/form');
  expect((await run.outcome()).questions).toMatchObject([{ state: 'applied', by: 'ann', channel: 'cli' }]);
  const workflows: string[] = [];
  for await (const { workflowId } of t.client.workflow.list()) workflows.push(workflowId);
  expect(workflows).toEqual(expect.arrayContaining(['form-1', run.workflowId]));
  const stored = await Promise.all(workflows.map(storedOf));
  expect(stored.join()).toContain('Which code did the site send?');
  for (const secret of [code, 'canary-password']) expect(stored.join()).not.toContain(secret);
});

test('a code that nobody gives in time stops the run, and the form is not handed in', async () => {
  t.simulator.on('anchor.webTask').lasts('10 min').asks({ message: 'Which code?', after: '1 min' });
  const handle = await t.client.workflow.start<typeof fillForm>('fillForm', {
    args: [{ url: 'https://portal.example.com', person: 'ann' }],
    workflowId: 'form-2',
    taskQueue: t.taskQueue,
  });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'question-expired' } });
});
