import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const root = path.resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const folder = path.join(root, 'test', 'replay', 'histories', version);

export const workflowsPath = path.join(root, 'test', 'replay', 'fixtures', 'workflows.ts');

/** Makes room for all of them; what an older version than this one has done can't be recorded again, and stays. */
export function clearHistories() {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!name.startsWith('before-')) rmSync(path.join(folder, name));
}

/** Without what tells of the machine that it was recorded on. */
export async function save(t, name, workflowId, runId) {
  const history = JSON.parse(historyToJSON(await t.client.workflow.getHandle(workflowId, runId).fetchHistory()));
  const bare = (key, value) => {
    if (key === 'stackTrace') return undefined;
    if (key === 'data' && typeof value === 'string') return homeless(value, t.home);
    return typeof value === 'string' ? value.replace(/^\d+@[\w.-]+(?=$|-)/, 'worker') : value;
  };
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify({ workflowId, history }, bare, 1)}\n`);
  process.stdout.write(`${path.relative(root, file)}: ${history.events.length} events\n`);
}

/** A payload without the folder of the worker that it was recorded on. */
function homeless(data, home) {
  const text = Buffer.from(data, 'base64').toString();
  return text.includes(home) ? Buffer.from(text.replaceAll(home, '/home-of-the-worker')).toString('base64') : data;
}

/** The first execution of a shared workflow that continued as new, and one that it continued in. */
export async function saveSpans(t, type, name = type) {
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
