import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import type { Notice, QuestionNotice } from '../../src/core/notice.js';
import { noticeWorkflowId } from '../../src/core/notice.js';
import { parseKeys } from '../../src/secrets/key-ring.js';
import { LinkSigner } from '../../src/secrets/links.js';
import { replayAll } from '../../src/testing/replay.js';
import type { TestServer } from '../../src/testing/test-server.js';
import { PerdurePlugin } from '../../src/worker/plugin.js';
import { textOf } from '../canary/text-of.js';

const workflowsPath = path.resolve(import.meta.dirname, '../integration/fixtures/telling.ts');
const sealKeys = `test:${randomBytes(32).toString('base64')}`;
const taskQueue = 'perdure';

/** What verifies the links of the workers here. */
export const links = new LinkSigner(parseKeys(sealKeys, 'the test'));

/** A worker with channels, and workflows that have notices told. */
export interface TellingStage {
  worker: Worker;
  /** Starts a workflow that has these told. */
  tell(...notices: Notice[]): Promise<{ workflowId: string; result(): Promise<string> }>;
  /** What became of a notice. */
  report(notice: Notice): Promise<unknown>;
  /** Milliseconds of the server's time between start and end of a workflow, or of what told a notice. */
  lasted(of: Notice | string): Promise<number>;
  /** All that Temporal has of it: the history, and the failures of what is tried again. */
  traces(notice: Notice): Promise<string>;
}

let bundle: ReturnType<typeof bundleWorkflowCode> | undefined;

/** Replays all that workers with channels have played, and ends the server. */
export async function closeTelling(server: TestServer): Promise<void> {
  const replayers = new Map([[taskQueue, { workflowBundle: await tellingBundle() }]]);
  await replayAll(server.client, { replayers, skipsTime: server.skipsTime });
  await server.close();
}

/** The workflows of the fixture, bundled once. */
function tellingBundle(): ReturnType<typeof bundleWorkflowCode> {
  bundle ??= bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  return bundle;
}

/** Makes a worker of Perdure's own queue whose configuration has these channels. */
export async function openTelling(
  { client, connection, home }: TestServer,
  channels: object[],
  env: Record<string, string>,
): Promise<TellingStage> {
  const config = path.join(home, `${randomUUID()}.yaml`);
  // What YAML is, JSON is as well.
  await writeFile(config, JSON.stringify({ channels, inbox: { url: 'https://inbox.example/' } }));
  const plugin = new PerdurePlugin({ env: { ...env, PERDURE_SEAL_KEYS: sealKeys }, home, config, deployment: 'test' });
  const worker = await Worker.create({
    connection,
    namespace: client.options.namespace,
    taskQueue,
    workflowBundle: await tellingBundle(),
    plugins: [plugin],
  });
  return {
    worker,
    tell: (...notices) =>
      client.workflow.start<(...args: [Notice[], string]) => Promise<string>>('tells', {
        workflowId: `tells-${randomUUID()}`,
        taskQueue,
        args: [notices, taskQueue],
      }),
    report: (notice) => client.workflow.getHandle(noticeWorkflowId(notice)).result(),
    lasted: async (of) => {
      const handle = client.workflow.getHandle(typeof of === 'string' ? of : noticeWorkflowId(of));
      const { startTime, closeTime } = await handle.describe();
      return (closeTime?.getTime() ?? Number.NaN) - startTime.getTime();
    },
    traces: async (notice) => {
      const handle = client.workflow.getHandle(noticeWorkflowId(notice));
      return textOf([await handle.fetchHistory(), (await handle.describe()).raw]);
    },
  };
}

/** A question that was asked a moment ago. */
export function questionNotice(changes: Partial<QuestionNotice> = {}): QuestionNotice {
  const id = randomUUID();
  const at = new Date().toISOString();
  return {
    type: 'run.waiting',
    id: `perdure:run:${id}~q1/asked`,
    at,
    key: id,
    questionId: `perdure:run:${id}~q1`,
    askedAt: at,
    title: 'Which account?',
    message: 'There are two.',
    to: ['ann', 'finance'],
    ...changes,
  };
}

/** A run that has ended. */
export function endNotice(): Notice & { type: 'run.ended' } {
  const key = randomUUID();
  const at = new Date().toISOString();
  return { type: 'run.ended', id: `${key}/ended`, at, key, endpoint: 'anchor.webTask', status: 'completed' };
}
