import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { runWorkflowId } from '../../src/core/names.js';
import type { Evidence, Finding } from './evidence.js';
import { jobIds } from './job-keys.js';
import type { Program } from './program.js';

/** The checkout, whether this runs from its sources or from `dist`. */
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/dist\/?$/, '');

/** Keeps the program, the ledger, the outcomes and the histories of a failing seed; gives back where. */
export async function keepArtefacts(
  client: Client,
  { program, evidence, findings }: { program: Program; evidence: Evidence; findings: readonly Finding[] },
): Promise<string> {
  const folder = path.join(root, 'test', 'artefacts', 'faults', String(program.seed));
  await mkdir(folder, { recursive: true });
  const keep = (name: string, value: unknown) =>
    writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`);
  await keep('program', program);
  await keep('findings', findings);
  await keep('ledger', evidence.ledger);
  await keep('outcomes', evidence.runs);
  await keep('job', evidence.job);
  const ids = new Map(program.runs.map(({ name }) => [name, runWorkflowId(name)]));
  for (const [name, id] of program.job ? jobIds(program.job) : []) ids.set(name, id);
  // What never began has no history.
  for (const [name, id] of ids) await keep(`history-${name}`, await historyOf(client, id).catch(() => null));
  return folder;
}

async function historyOf(client: Client, workflowId: string): Promise<unknown> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  return historyToJSON(history);
}
