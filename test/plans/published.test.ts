import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkPlan, planJsonSchema } from '../../src/plan/index.js';

const root = path.resolve(import.meta.dirname, '../..');
const examples = path.join(root, 'examples', 'plans');
const published = JSON.parse(readFileSync(path.join(root, 'docs', 'plan.schema.json'), 'utf8')) as object;
const plans = readdirSync(examples).map((name): [name: string, text: string] => [
  name,
  readFileSync(path.join(examples, name), 'utf8'),
]);

test('the published JSON Schema is that of the check; else: node scripts/plan-schema.mjs', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
});

test.each(plans)('the plan %s is right, for the check and for editors', (name, text) => {
  expect(checkPlan(text, name)).toMatchObject({ ok: true });
  const fits = new Ajv2020({ strict: false }).compile(published);
  expect(fits(parse(text)), JSON.stringify(fits.errors)).toBe(true);
});

test('there is at least one plan in the examples', () => {
  expect(plans.length).toBeGreaterThanOrEqual(1);
});
