import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchor } from '../../src/core/builders.js';
import { Sealer } from '../../src/secrets/sealing.js';
import { homeSealKeys } from '../../src/secrets/home-key.js';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  await t.close();
});

test("the live view's address is kept sealed, and stands nowhere in Temporal", async () => {
  t.simulator.on('anchor.webTask').lasts('3 min').returns({ ok: true });
  const run = await t.perdure.start({ key: 'live', agent: anchor.webTask({ prompt: 'p' }) });
  await t.simulator.next({ on: 'status', phase: 'replied' });
  const { liveView } = await run.status();
  const url = new Sealer(homeSealKeys(t.home)).open(liveView?.sealed ?? '', liveView?.mark ?? '');
  expect(url).toMatch(/^https?:\/\//);
  expect(await run.outcome()).toMatchObject({ status: 'completed' });
  const history = historyToJSON(await t.client.workflow.getHandle(run.workflowId).fetchHistory());
  const decoded = history.replace(/"data":\s*"([^"]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
  expect(decoded).toContain(liveView?.sealed);
  expect(decoded).not.toContain(url);
});
