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
  for (const { runs: own, faults, job } of programs) {
    const runs = [...own, ...(job?.steps.flatMap(({ targets }) => targets) ?? [])];
    expect(own.length).toBeGreaterThanOrEqual(4);
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

test('one of five seeds has steps of two targets that agree in what a step says once, and every kind of them is there', () => {
  const jobs = programs.flatMap(({ job }) => job ?? []);
  expect(jobs.length).toBeGreaterThan(30);
  for (const { targets } of jobs.flatMap(({ steps }) => steps)) {
    const said = targets.map(({ effect, onUnknownStart, deadlineMs, checked, questionMs }) =>
      JSON.stringify({ effect, onUnknownStart, deadlineMs, checked, questionMs }),
    );
    expect([targets.length, new Set(said).size]).toEqual([2, 1]);
  }
  expect(new Set(jobs.map(({ kind }) => kind))).toEqual(new Set(['plan', 'workflow']));
  for (const has of ['beneath', 'raise', 'cancel', 'files'] as const) expect(jobs.some((job) => job[has])).toBe(true);
  expect(jobs.some(({ budget }) => budget.minutes !== undefined)).toBe(true);
  expect(jobs.every(({ budget, steps }) => budget.runs < 2 * steps.length)).toBe(true);
});

test('there are at least eight defects to plant and twenty points to kill at, each with a name of its own', () => {
  const names = [...defects, ...scenarios].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(defects.length).toBeGreaterThanOrEqual(8);
  expect(scenarios.length).toBeGreaterThanOrEqual(20);
});
