import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PerdureTest, perdureTest } from '../../src/testing/perdure-test.js';
import { askingAgentOf } from '../support/agents.js';

let t: PerdureTest;
beforeAll(async () => {
  t = await perdureTest({ time: 'real' });
});
afterAll(async () => {
  await t.close();
});

test('a blocking run that meets its deadline tells of its start and leaves no session behind', async () => {
  const text = 'blocking at its deadline';
  t.simulator.on('anchor.sessionAgent', { text }).neverEnds().asks({ message: 'Which one?', after: '5 s' });
  const agent = askingAgentOf('anchor.sessionAgent', text);
  const run = await t.perdure.start({ key: 'blocking-deadline', agent, deadline: '5 min' });
  await t.nextQuestion(run);
  const outcome = await run.outcome();
  expect(outcome.attempts).toHaveLength(1);
  expect(outcome.cleanup).toEqual({ confirmed: true, left: [] });
  expect(t.ledger.open).toEqual([]);
});
