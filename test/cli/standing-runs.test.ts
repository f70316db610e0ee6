import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadlineMemo, runWorkflowId } from '../../src/core/names.js';
import { jsonOf } from './fake-context.js';
import { openWorld, type World } from './world.js';

let world: World;
let connection: Connection;
beforeAll(async () => {
  world = await openWorld();
  connection = await Connection.connect({ address: world.server.address });
});
afterAll(async () => {
  await connection.close();
  await world.close();
});

interface Findings {
  findings: { name: string; state: string; text: string; cure?: string }[];
}

async function findingOfRuns() {
  const { findings } = jsonOf(await world.run('doctor', '--json')) as Findings;
  return findings.find(({ name }) => name === 'runs');
}

/** Starts a run's workflow with this input, past the checks of the client. */
function startRaw(key: string, input: object, endsBy: number) {
  return new Client({ connection }).workflow.start('agentRun', {
    workflowId: runWorkflowId(key),
    taskQueue: 'perdure',
    args: [input],
    memo: { [deadlineMemo]: endsBy },
  });
}

test('doctor names a run that should have ended, and says what to do', async () => {
  expect(await findingOfRuns()).toMatchObject({ state: 'ok', text: '0 open, 0 of them wait for a person' });
  const handle = await startRaw('late', {}, Date.now() - 1);
  await expect.poll(findingOfRuns, { timeout: 20_000 }).toMatchObject({
    state: 'fail',
    text: 'should have ended by now: late',
    cure: expect.stringContaining('npx perdure show') as unknown,
  });
  expect((await world.run('doctor')).exit).toBe(1);
  await handle.terminate();
});

test('doctor names a run whose workflow task keeps failing', async () => {
  await world.startWorker();
  const handle = await startRaw('broken', {}, Date.now() + 3_600_000);
  await expect.poll(findingOfRuns, { timeout: 90_000, interval: 1_000 }).toMatchObject({
    state: 'fail',
    text: 'their workflow tasks keep failing: broken',
  });
  await handle.terminate();
}, 120_000);
