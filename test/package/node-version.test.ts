import { expect, test } from 'vitest';

test('the tests run on the Node that was asked for, else on one that the package is for', () => {
  const { PERDURE_TEST_NODE: asked } = process.env;
  expect(process.version).toMatch(asked ?? /^v(20\.(19|[2-9]\d)|2[1-9]|[3-9]\d)\./);
});
