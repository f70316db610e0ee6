// Records the histories that every later version of the same major has to replay. After a build:
//   node scripts/record-histories.mjs          all of them
//   node scripts/record-histories.mjs NAME…    these, beside those that are there
// A released version's folder is never written again; that of the version in the making may be.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { anchor, browserbase } from 'perdure';
import { perdureTest } from 'perdure/testing';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const root = path.resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const folder = path.join(root, 'test', 'replay', 'histories', version);
const url = 'https://example.com';
const taskQueue = 'perdure';

/** Each way a run may go: its agent, how the provider behaves, and what a person does meanwhile. */
const runs = {
  'anchor.webTask': { agent: (text) => anchor.webTask({ prompt: text, url }) },
  'anchor.sessionAgent': { agent: (text) => anchor.sessionAgent({ prompt: text }) },
  'anchor.task': { agent: (text) => anchor.task({ taskId: 'task-1', input_params: { Note: text } }) },
  'anchor.namedTask': { agent: (text) => anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text } }) },
  'browserbase.agentRun': { agent: (text) => browserbase.agentRun({ task: text }) },
  'failed-at-the-provider': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.fails('The shop is closed.'),
  },
  'cancelled-at-anchor': { agent: (text) => anchor.webTask({ prompt: text, url }), script: neverEnds, during: cancel },
  'cancelled-at-browserbase': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: neverEnds,
    during: cancel,
  },
  'deadline-passed': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: neverEnds,
    options: { deadline: '2 min' },
  },
  'question-answered': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'text', message: 'Which account?', after: '5 s' }),
    during: answer,
  },
  'question-escalated': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'confirm', message: 'Pay?', after: '5 s' }),
    options: { questions: { assignees: ['ann'], deadline: '10 min', escalate: [{ after: '5 min', to: ['lead'] }] } },
  },
  'question-claimed': {
    agent: (text) => anchor.webTask({ prompt: text, url, human_intervention: true }),
    script: (script) => script.asks({ kind: 'text', message: 'Which code?', after: '5 s', patience: '20 min' }),
    options: { questions: { direct: true } },
    during: claim,
  },
  'refused-then-accepted': {
    agent: (text) => browserbase.agentRun({ task: text }),
    script: (script) => script.meets({ kind: '429', on: 'start', retryAfter: 5 }),
  },
  'unknown-start': {
    agent: (text) => anchor.webTask({ prompt: text, url }),
    script: (script) => script.losesReplyToStart(),
  },
};

function neverEnds(script) {
  script.neverEnds();
}

async function cancel({ t, run, text }) {
  if ((await run.status()).status !== 'running') await t.simulator.next({ on: 'status', text, phase: 'replied' });
  await run.cancel();
}

async function answer({ t, run }) {
  await t.answer(await t.nextQuestion(run), 'the second', { by: 'ann' });
}

/** Claims a question and says nothing more: the agent goes on by itself. */
async function claim({ t, run }) {
  await t.perdure.claim((await t.nextQuestion(run)).id, { by: 'ann' });
}

async function record(t, name) {
  const { agent, script = () => {}, during = () => {}, options } = runs[name];
  const text = `case ${name}`;
  script(t.simulator.on('*', { text }).lasts('1 min').returns({ total: 12 }));
  const run = await t.perdure.start({ key: name, agent: agent(text), ...options });
  await during({ t, run, text });
  const { attempts } = await run.outcome();
  // A machine that is too slow for its timings leaves histories of something else.
  if (attempts.some(({ error }) => error?.code === 'start-expired')) throw new RangeError(`${name}: try again`);
  await save(t, name, run.workflowId);
}

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

/** The first execution of a shared workflow that continued as new, and one that it continued in. */
async function saveSpans(t, type, name = type) {
  const query = `WorkflowType = '${type}' AND ExecutionStatus = 'ContinuedAsNew'`;
  for await (const { workflowId } of t.client.workflow.list({ query })) {
    const spans = [];
    for await (const { runId } of t.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
      spans.unshift(runId);
    if (spans.length < 2) continue;
    await save(t, name, workflowId, spans[0]);
    await save(t, `${name}-continued`, workflowId, spans[1]);
    return;
  }
  throw new RangeError(`No ${type} continued as new: try again`);
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

/** Without what tells of the machine that it was recorded on. */
async function save(t, name, workflowId, runId) {
  const history = JSON.parse(historyToJSON(await t.client.workflow.getHandle(workflowId, runId).fetchHistory()));
  const bare = (key, value) => {
    if (key === 'stackTrace') return undefined;
    return typeof value === 'string' ? value.replace(/^\d+@[\w.-]+(?=$|-)/, 'worker') : value;
  };
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ workflowId, history }, bare, 1)}\n`);
  process.stdout.write(`${path.relative(root, file)}: ${history.events.length} events\n`);
}

const names = process.argv.slice(2);
const isWanted = (name) => names.length === 0 || names.includes(name);
if (names.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const workflowsPath = path.join(root, 'test', 'replay', 'fixtures', 'workflows.ts');
const t = await perdureTest({ time: 'real', workflowsPath });
try {
  for (const name of Object.keys(runs).filter(isWanted)) await record(t, name);
  if (isWanted('two-steps')) await recordSteps(t);
  if (isWanted('budget')) await recordBudget(t);
  if (isWanted('approval')) await recordApproval(t);
  if (isWanted('batch')) await recordBatch(t);
} finally {
  await t.close();
}
if (isWanted('shared')) await recordShared();
if (isWanted('notice')) await recordNotice();
if (isWanted('plan')) await recordPlan();
