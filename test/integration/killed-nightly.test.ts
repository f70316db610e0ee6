import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Nightly, Stock } from '../../examples/nightly-batch/schemas.js';
import type { nightlyBatch } from '../../examples/nightly-batch/workflows.js';
import { type Example, openExample } from '../support/example.js';

let example: Example;
beforeAll(async () => {
  example = await openExample({ name: 'nightly-batch', schemas: { Stock }, timeScale: 0.03 });
});
afterAll(() => example.close());

const names = ['north', 'south', 'west', 'east'];
const input: Nightly = { shops: names.map((id) => ({ id, url: `https://${id}.example.com` })), atLeast: 5 };

test('a worker that is killed between any two steps of the nightly batch reads every shop once, and reports each once', async () => {
  const { simulator, perdure, client, taskQueue, replaceWorker, killedAt } = example;
  // One after the other, with time for a new worker in between.
  for (const [index, name] of names.entries()) {
    const script = simulator.on('anchor.webTask', { text: name }).lasts(`${4 * (index + 1)} min`);
    if (name === 'west') script.fails('The shop is closed.');
    else script.returns({ product: 'lamp', left: name === 'south' ? 2 : 12 });
  }
  const run = (name: string) => perdure.get(`killed/shops/${name}`);
  // Before the first shop is begun; and while the first session is ended.
  const opening = killedAt({ on: 'session.create', phase: 'received' });
  const ending = killedAt({ on: 'session.end', phase: 'effected' });
  await replaceWorker();
  const handle = await client.workflow.start<typeof nightlyBatch>('nightlyBatch', {
    workflowId: 'killed',
    taskQueue,
    args: [input],
  });
  await opening;
  // Between the starts and the ends; between each two ends; after the last of them.
  for (const name of names) await example.untilRunning(`killed/shops/${name}`);
  await replaceWorker();
  await ending;
  for (const name of names) {
    await run(name).outcome();
    await replaceWorker();
  }

  expect(await handle.result()).toMatchObject({ checked: 4, low: ['south'], failed: ['west'] });
  const { ledger } = simulator;
  for (const name of names) {
    expect(
      ledger.runs.filter(({ text }) => text.includes(name)),
      name,
    ).toHaveLength(1);
    expect((await run(name).outcome()).attempts.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  }
  expect(ledger.open).toEqual([]);
}, 300_000);
