// Records the histories that every later version of the same major has to replay. After a build:
//   node scripts/record-histories.mjs          all of them
//   node scripts/record-histories.mjs NAME…    these, beside those that are there
// A released version's folder is never written again; that of the version in the making may be. What is named `before-…`
// was recorded before a change that is patched in, and is kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { browserbase } from 'perdure';
import { perdureTest } from 'perdure/testing';
import {
  recordBudgetAnew,
  recordCancelledBatch,
  recordFiles,
  recordLeaving,
  recordSweep,
} from './recording/changes.mjs';
import { clearHistories, save, saveSpans, workflowsPath } from './recording/history-file.mjs';
import { record, runs } from './recording/runs.mjs';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const taskQueue = 'perdure';

async function recordSteps(t) {
  t.simulator.on('*', { text: 'two steps' }).lasts('1 min').returns({ total: 12 });
  const options = { workflowId: 'two-steps', taskQueue: t.taskQueue, args: ['two steps'] };
  await t.client.workflow.execute('twoSteps', options);
  await save(t, 'two-steps', options.workflowId);
}

/** A step that fails over, within a budget that is raised, and one beneath. */
async function recordBudget(t) {
  t.simulator.on('anchor.webTask', { text: 'budget' }).fails('The page is broken.');
  t.simulator.on('browserbase.agentRun', { text: 'budget' }).lasts('1 min').returns({ total: 12 });
  const options = { workflowId: 'budget', taskQueue: t.taskQueue, args: ['budget'] };
  const handle = await t.client.workflow.start('budgetSteps', options);
  await t.answer(await t.nextQuestion(handle), { approved: true, runs: 1 }, { by: 'ann' });
  await handle.result();
  await save(t, 'budget-steps', options.workflowId);
  const { events } = await handle.fetchHistory();
  const beneath = events.find(
    (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowType?.name === 'stepBeneath',
  );
  const { workflowId } = beneath.childWorkflowExecutionStartedEventAttributes.workflowExecution;
  await save(t, 'beneath-steps', workflowId);
}

/** What runs share, before and after it has continued as new. */
async function recordShared() {
  const t = await perdureTest({ time: 'real', limits: { concurrentRuns: 1 } });
  try {
    const account = 'browserbase/default';
    const place = account.replace('/', ':');
    const shared = [
      ['account', `perdure:account:${place}`],
      ...[0, 1, 2, 3].map((shard) => ['watcher', `perdure:watcher:${place}:${shard}`]),
    ];
    for (const [type, workflowId] of shared) {
      await t.client.workflow.start(type, { workflowId, taskQueue, args: [{ version: 1, account, mostEvents: 40 }] });
    }
    t.simulator.on('*').lasts('10 min');
    const runs = [1, 2, 3, 4].map((key) =>
      t.perdure.start({ key: `${key}`, agent: browserbase.agentRun({ task: 'x' }) }),
    );
    for (const run of await Promise.all(runs)) await run.outcome();
    for (const type of ['account', 'watcher']) await saveSpans(t, type);
  } finally {
    await t.close();
  }
}

/** A channel that takes it at once, and one that nobody has, which is given up after a day of another time. */
async function recordNotice() {
  const config = mkdtempSync(path.join(tmpdir(), 'perdure-record-'));
  const channels = { channels: [{ name: 'log', type: 'console' }] };
  writeFileSync(path.join(config, 'perdure.config.yaml'), JSON.stringify(channels));
  const cwd = process.cwd();
  process.chdir(config);
  const t = await perdureTest({ time: 'skipping' });
  try {
    const at = new Date(0).toISOString();
    const question = {
      questionId: 'perdure:run:case~q',
      askedAt: at,
      title: 'Which account?',
      message: 'There are two.',
    };
    const notice = { type: 'run.waiting', id: 'case/asked', at, key: 'case', ...question, to: ['ann'] };
    const workflowId = 'perdure:notice:case/asked';
    const options = { workflowId, taskQueue: t.taskQueue, args: [{ notice, channels: ['log', 'gone'] }] };
    await t.client.workflow.execute('notice', options);
    await save(t, 'notice', workflowId);
  } finally {
    process.chdir(cwd);
    rmSync(config, { recursive: true });
    await t.close();
  }
}

/** A run at an account that has no slot for it. */
async function recordLimited() {
  const t = await perdureTest({ time: 'real', limits: { concurrentRuns: 1 } });
  try {
    await recordLeaving(t);
  } finally {
    await t.close();
  }
}

async function recordApproval(t) {
  const steps = [
    { name: 'answered', title: 'Pay?', assignees: ['ann'] },
    { name: 'expired', title: 'Pay?', deadline: '5 min', escalate: [{ after: '2 min', to: ['lead'] }] },
  ];
  const options = { workflowId: 'approval', taskQueue: t.taskQueue, args: [steps] };
  const handle = await t.client.workflow.start('approvals', options);
  await t.answer(await t.nextQuestion(handle), true, { by: 'ann' });
  await handle.result();
  await save(t, 'approval', options.workflowId);
}

/** A plan with each kind of step: an agent for each item, an approval, a wait, and a failure that it goes on after. */
async function recordPlan() {
  const t = await perdureTest({ time: 'real' });
  try {
    t.simulator.on('*', { text: 'plan item' }).lasts('1 min').returns({ total: 12 });
    t.simulator.on('*', { text: 'plan failure' }).fails('The shop is closed.');
    const agent = (task) => ({ endpoint: 'browserbase.agentRun', input: { task } });
    const steps = [
      { name: 'each', forEach: ['a', 'b'], agent: agent('plan item ${item}') },
      { name: 'ask', approval: { title: 'Pay ${steps.each.result[0].total}?' } },
      { name: 'rest', wait: '1 min' },
      { name: 'fails', agent: agent('plan failure'), onFailure: 'continue' },
    ];
    const plan = { steps, output: '${steps.each.result}' };
    const handle = await t.perdure.startPlan({ key: 'recorded', plan });
    await t.answer(await t.nextQuestion(handle), true, { by: 'ann' });
    await handle.outcome();
    await save(t, 'plan', handle.workflowId);
    const cancelled = await t.perdure.startPlan({
      key: 'cancelled',
      plan: { steps: [steps[1], steps[2]].map(atOnce) },
    });
    await t.nextQuestion(cancelled);
    await cancelled.cancel();
    await cancelled.outcome();
    await save(t, 'plan-cancelled', cancelled.workflowId);
  } finally {
    await t.close();
  }
}

/** The step without references to others. */
function atOnce(step) {
  return step.approval ? { ...step, approval: { title: 'Pay?' } } : step;
}

/** A batch before and after it has continued as new, and a workflow that runs one. */
async function recordBatch(t) {
  t.simulator.on('*', { text: 'of a batch' }).lasts('1 min').returns({ total: 12 });
  const key = 'batch';
  const state = { version: 1, key, scale: 0.01, mostEvents: 30 };
  await t.client.workflow.start('batchRun', { workflowId: `perdure:batch:${key}`, taskQueue, args: [state] });
  const items = Array.from({ length: 10 }, (_, index) => ({ key: `item-${index}` }));
  const agent = ({ key: name }) => browserbase.agentRun({ task: `${name} of a batch` });
  const batch = await t.perdure.batch({ key, items, agent, window: 2 });
  await batch.report();
  await saveSpans(t, 'batchRun', 'batch');
  await save(t, 'run-of-a-batch', `perdure:run:${key}/item-0`);
  const options = { workflowId: 'batch-step', taskQueue: t.taskQueue, args: [items.slice(0, 3)] };
  await t.client.workflow.execute('batchStep', options);
  await save(t, 'batch-step', options.workflowId);
  await save(t, 'batch-of-a-step', 'perdure:batch:batch-step/all');
}

const names = process.argv.slice(2);
const isWanted = (name) => names.length === 0 || names.includes(name);
if (names.length === 0) clearHistories();
const t = await perdureTest({ time: 'real', workflowsPath });
try {
  for (const name of Object.keys(runs).filter(isWanted)) await record(t, name);
  if (isWanted('two-steps')) await recordSteps(t);
  if (isWanted('budget')) await recordBudget(t);
  if (isWanted('budget-anew')) await recordBudgetAnew(t);
  if (isWanted('files')) await recordFiles(t);
  if (isWanted('sweep')) await recordSweep(t);
  if (isWanted('approval')) await recordApproval(t);
  if (isWanted('batch')) await recordBatch(t);
  if (isWanted('batch-cancelled')) await recordCancelledBatch(t);
} finally {
  await t.close();
}
if (isWanted('shared')) await recordShared();
if (isWanted('leaving')) await recordLimited();
if (isWanted('notice')) await recordNotice();
if (isWanted('plan')) await recordPlan();
