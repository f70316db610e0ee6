import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnchorLegacyTasks, LegacyExecution } from '../../src/providers/index.js';
import { findExecution } from '../../src/providers/anchor/execution-search.js';
import { call, finish, openStage, type Stage, start } from './stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await openStage('anchor.namedTask');
  stage.sim.behave({ anchor: { executionResultId: false } });
});

afterEach(() => stage.close());

const now = () => new Date(stage.sim.clock.now()).toISOString();

test('the only execution since the start is the run, and is followed to its end', async () => {
  const earlier = await start(stage);
  await stage.sim.clock.advance('1 min');
  const since = now();
  const started = await start(stage);
  const runId = await stage.driver.recoverRunId?.(started.handle, since, call);
  const [, second] = stage.sim.ledger.effects('anchor.namedTask');
  expect(runId).toBe(second?.runId);
  const handle = { ...started.handle, runId };
  expect(await finish(stage, { ...started, handle })).toMatchObject({ reading: { state: 'completed' } });
  expect(earlier.handle.runId).toBeUndefined();
});

test('of two executions since the start, neither can be told to be the run', async () => {
  const since = now();
  await start(stage);
  const { handle } = await start(stage);
  expect(await stage.driver.recoverRunId?.(handle, since, call)).toBeUndefined();
});

test('no execution since the start is no run', async () => {
  const { handle } = await start(stage);
  await stage.sim.clock.advance('1 s');
  expect(await stage.driver.recoverRunId?.(handle, now(), call)).toBeUndefined();
});

test('a run without an id is looked at through its session', async () => {
  const { handle } = await start(stage);
  expect(await stage.driver.status(handle, call)).toMatchObject({ state: 'running' });
  await stage.driver.stop(handle, call);
  expect(await stage.driver.status(handle, call)).toMatchObject({ state: 'gone' });
});

function listOf(executions: LegacyExecution[]): { tasks: AnchorLegacyTasks; pages: number[] } {
  const pages: number[] = [];
  const missing = () => expect.unreachable('only the list is read');
  const tasks: AnchorLegacyTasks = {
    runByName: missing,
    execution: missing,
    executions: async (_, page) => {
      pages.push(page);
      return {
        executions: executions.slice((page - 1) * 10, page * 10),
        totalPages: Math.ceil(executions.length / 10),
      };
    },
  };
  return { tasks, pages };
}

const hourly = (count: number) =>
  Array.from({ length: count }, (_, index): LegacyExecution => {
    const startTime = new Date(Date.UTC(2026, 0, 1, index)).toISOString();
    return { id: `e${index}`, status: 'success', startTime };
  });

test.each([
  ['oldest first', (list: LegacyExecution[]) => list, [1, 100, 99]],
  ['newest first', (list: LegacyExecution[]) => list.reverse(), [1]],
])('a long list that has the %s is read from its young end', async (_, arrange, expected) => {
  const { tasks, pages } = listOf(arrange(hourly(991)));
  const since = new Date(Date.UTC(2026, 0, 1, 989, 30)).toISOString();
  expect(await findExecution(tasks, { taskId: 't', since }, call)).toBe('e990');
  expect(pages).toEqual(expected);
});

test('an execution that is queued, and has no time yet, may be the run', async () => {
  const { tasks } = listOf([{ id: 'young', status: 'queued' }, ...hourly(3).reverse()]);
  expect(await findExecution(tasks, { taskId: 't', since: '2026-06-01T00:00:00Z' }, call)).toBe('young');
});
