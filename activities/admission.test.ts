import { expect, test } from 'vitest';
import { wire } from '../src/core/names.js';
import { fittingReport, hasActedOnLeave } from './admission.js';

test('a check tells of as many as one answer carries, and that there are more that live', () => {
  const starts = Array.from({ length: 8_000 }, (_, index) => ({ id: `${'x'.repeat(190)}-${index}`, generation: 1 }));
  const report = fittingReport({ gone: starts, lapsed: [], living: starts, waiting: [] });
  expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
  expect(report).toMatchObject({ more: true });
  expect(report.gone.length).toBeGreaterThan(1_000);
  expect(fittingReport({ gone: [], lapsed: [], living: starts.slice(0, 2), waiting: [] }).more).toBeUndefined();
});

const granted = { workflowExecutionSignaledEventAttributes: { signalName: wire.granted } };
const changed = { workflowExecutionSignaledEventAttributes: { signalName: wire.changed } };
const scheduled = { activityTaskScheduledEventAttributes: {} };

test.each([
  ['has only waited', [{}, granted], false],
  ['was told twice', [granted, {}, granted], false],
  ['did something before it was told', [scheduled, granted, changed], false],
  ['has acted', [granted, {}, scheduled], true],
  ['has acted and was told once more', [granted, scheduled, granted], true],
  ['was never told', [{}, changed], true],
])('a run that %s keeps its slot or not, by what it may have started', (_, events, acted) => {
  expect(hasActedOnLeave(events)).toBe(acted);
});
