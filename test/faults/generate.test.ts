import { expect, test } from 'vitest';
import { endpointNames } from '../../src/core/endpoints.js';
import { faultKinds } from '../../src/simulator/fault.js';
import { defects } from './defects.js';
import { generateProgram } from './generate.js';
import { scenarios } from './kill/scenarios.js';

const programs = Array.from({ length: 200 }, (_, index) => generateProgram(index + 1));

test('a seed gives the same program each time, and another seed another', () => {
  expect(generateProgram(7)).toEqual(generateProgram(7));
  expect(generateProgram(8)).not.toEqual(generateProgram(7));
});

test('every program has at least four runs, of which no name begins another, and three faults', () => {
  for (const { runs, faults } of programs) {
    expect(runs.length).toBeGreaterThanOrEqual(4);
    expect(faults.length).toBeGreaterThanOrEqual(3);
    expect(runs.every(({ name }) => runs.filter((other) => other.name.startsWith(name)).length === 1)).toBe(true);
  }
});

test('five seeds in a row touch every endpoint, and two hundred plan every kind of fault often', () => {
  const endpoints = programs.slice(0, 5).flatMap(({ runs }) => runs.map(({ endpoint }) => endpoint));
  expect(new Set(endpoints)).toEqual(new Set(endpointNames));
  const kinds = programs.flatMap(({ faults }) => faults.map(({ kind }) => kind));
  for (const kind of faultKinds) expect(kinds.filter((one) => one === kind).length).toBeGreaterThan(20);
});

test('there are at least eight defects to plant and twenty points to kill at, each with a name of its own', () => {
  const names = [...defects, ...scenarios].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(defects.length).toBeGreaterThanOrEqual(8);
  expect(scenarios.length).toBeGreaterThanOrEqual(20);
});
