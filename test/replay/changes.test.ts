import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import type { PerdureActivities } from '../../activities/index.js';
import { activitiesOf, bundle, files, patchesOf, replay, typeOf } from './histories.js';

const folder = path.resolve(import.meta.dirname, '../../workflows');
const sources = readdirSync(folder)
  .filter((name) => !name.endsWith('.test.ts'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .join('\n');
const changes = [...sources.matchAll(/\bpatched\('([^']+)'\)/g)].map(([, id]) => String(id));

let workflows: WorkflowBundle;
beforeAll(async () => {
  workflows = await bundle('workflows.ts');
});

/** The workflows, with a failure wherever it is asked whether a change holds. */
function tripped(change: string): { code: string } {
  const asked = new RegExp(`\\(0,\\s*[\\w$.]+\\.patched\\)\\(\\s*['"]${change}['"]\\s*\\)`, 'g');
  const code = workflows.code.replaceAll(asked, `(() => { throw new Error('the change was asked for'); })()`);
  expect(code).not.toBe(workflows.code);
  return { code };
}

/** Whether a history comes to where it is asked whether a change holds. */
async function reaches(file: string, wired: { code: string }): Promise<boolean> {
  return replay(file, wired).then(
    () => false,
    () => true,
  );
}

function rank(file: string): number {
  return file.includes('before-') ? 0 : 1;
}

test.each(changes)(
  'the change %s has a history from before it and one with it, which both come to it',
  async (change) => {
    const wired = tripped(change);
    const comesTo = async (histories: readonly string[]) => {
      for (const file of histories) if (await reaches(file, wired)) return true;
      return false;
    };
    const hasIt = (file: string) => patchesOf(file).includes(change);
    // Those that were kept for a change that came after them are tried first.
    const before = files.filter((file) => !hasIt(file)).toSorted((a, b) => rank(a) - rank(b));
    expect({ withIt: await comesTo(files.filter(hasIt)), before: await comesTo(before) }).toEqual({
      withIt: true,
      before: true,
    });
  },
);

test('no change stands in a history that no workflow asks for any more, without being phased out', () => {
  const deprecated = [...sources.matchAll(/\bdeprecatePatch\('([^']+)'\)/g)].map(([, id]) => String(id));
  const recorded = new Set(files.flatMap(patchesOf));
  expect([...recorded].filter((id) => id.startsWith('perdure-') && ![...changes, ...deprecated].includes(id))).toEqual(
    [],
  );
});

test('every type of workflow has a history', () => {
  const types = ['agentRun', 'account', 'batchRun', 'notice', 'plan', 'sweep', 'watcher'];
  const recorded = new Set(files.map(typeOf));
  expect(types.filter((type) => !recorded.has(type))).toEqual([]);
});

const activities = new Set([...sources.matchAll(/\b(perdure[A-Z]\w*)\(/g)].map(([, name]) => String(name)));

test.each([...activities])(
  '%s, which a workflow has done, is in a history',
  (name: string | keyof PerdureActivities) => {
    expect(files.filter((file) => activitiesOf(file).includes(name))).not.toEqual([]);
  },
);
