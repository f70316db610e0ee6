import { expect, test } from 'vitest';
import { fittingReport } from './admission.js';

test('a check tells of as many as one answer carries, and that there are more that live', () => {
  const starts = Array.from({ length: 8_000 }, (_, index) => ({ id: `${'x'.repeat(190)}-${index}`, generation: 1 }));
  const report = fittingReport({ gone: starts, lapsed: [], living: starts, waiting: [] });
  expect(JSON.stringify(report).length).toBeLessThan(1_000_000);
  expect(report).toMatchObject({ more: true });
  expect(report.gone.length).toBeGreaterThan(1_000);
  expect(fittingReport({ gone: [], lapsed: [], living: starts.slice(0, 2), waiting: [] }).more).toBeUndefined();
});
