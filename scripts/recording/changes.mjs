import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { anchor, browserbase } from 'perdure';
import { PerdurePlugin } from 'perdure/worker';
import { save, workflowsPath } from './history-file.mjs';

/** A run whose files are saved. */
export async function recordFiles(t) {
  const files = [{ name: 'invoice.pdf', content: 'one' }];
  t.simulator
    .on('anchor.webTask', { text: 'with files' })
    .lasts('1 min')
    .downloads(...files);
  const options = { workflowId: 'saved-files', taskQueue: t.taskQueue, args: ['with files'] };
  await t.client.workflow.execute('savedFiles', options);
  await save(t, 'saved-files-steps', options.workflowId);
}

/** A sweep that finds nothing. */
export async function recordSweep(t) {
  await t.perdure.sweep({ acceptCluster: true });
  for await (const { workflowId } of t.client.workflow.list({ query: "WorkflowType = 'sweep'" }))
    await save(t, 'sweep', workflowId);
}

/** A batch that is cancelled while items live and others wait. */
export async function recordCancelledBatch(t) {
  const text = 'of a cancelled batch';
  t.simulator.on('*', { text }).neverEnds();
  const items = Array.from({ length: 4 }, (_, index) => ({ key: `item-${index}` }));
  const agent = ({ key }) => browserbase.agentRun({ task: `${key} ${text}` });
  const started = t.simulator.next({ on: 'start', text, phase: 'replied' });
  const batch = await t.perdure.batch({ key: 'cancelled', items, agent, window: 2 });
  // Items are given to it as somebody takes what comes of them.
  const reported = batch.report();
  await started;
  await batch.cancel();
  await reported;
  await save(t, 'batch-cancelled', 'perdure:batch:cancelled');
}

/** A run that is cancelled while it waits for a slot of its account. */
export async function recordLeaving(t) {
  const start = (key) => t.perdure.start({ key, agent: anchor.webTask({ prompt: `${key}: leaving` }) });
  t.simulator.on('anchor.webTask', { text: 'leaving' }).neverEnds();
  const started = t.simulator.next({ on: 'start', text: 'leaving', phase: 'replied' });
  const first = await start('holds-the-slot');
  await started;
  const second = await start('waits-for-it');
  while ((await second.status()).status !== 'queued');
  await second.cancel();
  await second.outcome();
  await save(t, 'left-the-queue', second.workflowId);
  await first.cancel();
  await first.outcome();
}

/** A budget that goes on in the next execution while somebody beneath waits for it: before and after that asked people. */
export async function recordBudgetAnew(t) {
  const own = { deployment: 'test', env: {}, timeScale: 0.01, serve: false, home: t.home };
  const { anchorUrl, keys } = t.simulator;
  const accounts = { 'anchor/default': { apiKey: keys.anchor[0], baseUrl: anchorUrl } };
  const connection = await NativeConnection.connect({ address: t.client.connection.options.address });
  const taskQueue = 'unpatched';
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath,
    bundlerOptions: { logger: new DefaultLogger('ERROR') },
    plugins: [new PerdurePlugin({ ...own, accounts })],
    patchActivationCallback: () => false,
  });
  await worker.runUntil(() => playBudgetAnew(t, { taskQueue, name: 'before-budget-question', asks: false }));
  await connection.close();
  await playBudgetAnew(t, { taskQueue: t.taskQueue, name: 'budget-anew-steps', asks: true });
}

async function playBudgetAnew(t, { taskQueue, name, asks }) {
  const { workflow } = t.client;
  const { firstExecutionRunId } = await workflow.start('budgetAnew', { workflowId: name, taskQueue, args: [name] });
  const newest = workflow.getHandle(name);
  await t.nextQuestion(newest);
  await newest.signal('go');
  while ((await newest.describe()).runId === firstExecutionRunId);
  const { runId } = await newest.describe();
  const question = asks ? await t.nextQuestion(newest) : undefined;
  if (question) await t.answer(question, { approved: false }, { by: 'ann' });
  await newest.signal('go');
  await newest.result();
  await save(t, name, name, runId);
}
