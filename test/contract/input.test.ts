import { expect, test } from 'vitest';
import { countryCodes } from '../../src/core/country-codes.js';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';
import { agent, agentInputs } from '../../src/schemas/agent.js';
import { additions, extensions } from '../../src/schemas/extensions.js';
import { check } from '../../src/schemas/parse.js';
import { factsOf, inputRows } from './facts.js';
import { placeOf } from './generate.js';
import { mutations, relaxed } from './mutation.js';
import { requestSamples } from './sample.js';
import { fieldsOf } from './zod-fields.js';

const uuid = '6f1d2c3b-0a4e-4c59-8a77-0d9b1f2e3a4c';

/** How many faults there are to refuse at least, so that a generator that makes none is noticed. */
const fewest: Record<EndpointName, number> = {
  'anchor.webTask': 70,
  'anchor.sessionAgent': 55,
  'anchor.task': 30,
  'anchor.namedTask': 130,
  'browserbase.agentRun': 70,
};

test.each(endpointNames)('every property of a request to %s is accepted, alone and with all others', (endpoint) => {
  const samples = requestSamples(endpoint, uuid);
  const given = JSON.stringify(samples.map((sample) => sample.agent.input));
  for (const { path } of inputRows(factsOf(endpoint))) {
    const [name] = placeOf(path).slice(-1);
    expect(given, `no sample has ${path}`).toContain(typeof name === 'string' ? JSON.stringify(name) : '[');
  }
});

test.each(endpointNames)('every wrong type, missing and unknown field of %s is refused with its path', (endpoint) => {
  const cases = mutations(endpoint);
  expect(cases.length).toBeGreaterThan(fewest[endpoint]);
  const wrong = cases.flatMap(({ name, input, at }) => {
    const checked = check(agent, { endpoint, input });
    const paths = checked.ok ? ['accepted'] : checked.problems.map(({ path }) => path);
    return paths.includes(at) ? [] : [{ name, at, paths }];
  });
  expect(wrong).toEqual([]);
});

test.each(endpointNames)(
  '%s has the fields of its document, the newer ones in the table, and no others',
  (endpoint) => {
    const newer = extensions.filter((extension) => extension.endpoint === endpoint);
    const rows = inputRows(factsOf(endpoint));
    const free = rows.filter(({ additional }) => additional === true).map(({ path }) => `${path}.*`);
    const fields = fieldsOf(agentInputs[endpoint], additions[endpoint]).map(({ path }) => path);
    const documented = rows.map(({ path }) => path);
    const added = newer.flatMap(({ path, adds }) => ('field' in adds ? [path] : 'type' in adds ? [`${path}[]`] : []));
    const known = new Set(['', ...documented, ...added]);
    expect(fields.filter((path) => !known.has(path) && !free.includes(path))).toEqual([]);
    expect([...known].filter((path) => !fields.includes(path))).toEqual([]);
  },
);

test.each(endpointNames)(
  '%s asks for the types and values of its document, and the newer ones in the table',
  (endpoint) => {
    const fields = fieldsOf(agentInputs[endpoint], additions[endpoint]);
    for (const row of inputRows(factsOf(endpoint))) {
      const same = fields.filter(({ path }) => path === row.path);
      const adds = extensions
        .filter(({ endpoint: of, path }) => of === endpoint && path === row.path)
        .map((one) => one.adds);
      const types = [row.type, ...adds.flatMap((add) => ('type' in add ? [add.type] : []))];
      const values = [...(row.enum ?? []), ...adds.flatMap((add): Json[] => ('value' in add ? [add.value] : []))];
      const optional = relaxed.some(({ endpoint: of, path }) => of === endpoint && path === row.path);
      for (const field of same) {
        if (field.type !== undefined) expect(types, row.path).toContain(field.type);
        if (!isPlaceholder(row.path)) expect(field.required, row.path).toBe(row.required && !optional);
        if (row.enum) expect([...(field.enum ?? [])].sort(), row.path).toEqual(values.sort());
      }
    }
  },
);

test('the country codes are those of the document, 145 of them, each once', () => {
  const row = inputRows(factsOf('anchor.namedTask')).find(({ path }) => path.endsWith('.country_code'));
  expect(row?.enum).toHaveLength(145);
  expect(new Set(countryCodes).size).toBe(145);
  expect([...countryCodes]).toEqual(row?.enum);
  expect(row?.default).toBe('us');
});

test.each<[EndpointName, object, string, string]>([
  ['anchor.webTask', { prompt: 'p', async: false }, 'async', 'a call that blocks can be neither watched nor recovered'],
  [
    'anchor.namedTask',
    { taskName: 't', async: false },
    'async',
    'a call that blocks can be neither watched nor recovered',
  ],
  ['anchor.webTask', { prompt: 'p', secret_values: { A: 'x' } }, 'secret_values.A', 'it would be stored in Temporal'],
  [
    'anchor.sessionAgent',
    { prompt: 'p', secret_values: { A: 1 } },
    'secret_values.A',
    'it would be stored in Temporal',
  ],
  [
    'browserbase.agentRun',
    { task: 't', variables: { a: { value: 'x' } } },
    'variables.a.value',
    'it would be stored in Temporal',
  ],
  [
    'anchor.namedTask',
    { taskName: 't', inputs: { USER: 'a' } },
    'inputs.USER',
    'the prose wants names that begin with ANCHOR_',
  ],
  ['anchor.webTask', { prompt: '' }, 'prompt', 'an agent without a task costs money for nothing'],
  ['anchor.webTask', { prompt: 'p', max_steps: 0 }, 'max_steps', 'no step, no result'],
  ['anchor.webTask', { prompt: 'p', sessionId: 'a/b' }, 'sessionId', 'ids stand in paths'],
  ['anchor.task', { taskId: '..', input_params: {} }, 'taskId', 'ids stand in paths'],
  [
    'anchor.webTask',
    { prompt: 'p', url: 'https://a:b@example.com' },
    'url',
    'its password would be stored in Temporal',
  ],
  [
    'anchor.namedTask',
    { taskName: 't', overrideBrowserConfiguration: { timeout: { max_duration: 0 } } },
    'overrideBrowserConfiguration.timeout.max_duration',
    'a session of no minutes',
  ],
  [
    'anchor.namedTask',
    { taskName: 't', overrideBrowserConfiguration: { tags: ['perdure-x'] } },
    'overrideBrowserConfiguration.tags[0]',
    'it would look like a mark',
  ],
  [
    'anchor.namedTask',
    { taskName: 't', overrideBrowserConfiguration: { proxy: { active: true, city: 'Ulm' } } },
    'overrideBrowserConfiguration.proxy.region',
    'the prose wants a region beside a city',
  ],
  [
    'anchor.webTask',
    { prompt: 'p', human_intervention: true, session: 'provider' },
    'human_intervention',
    "nobody could see a question in a session of the provider's",
  ],
  [
    'anchor.task',
    { taskId: 't', input_params: {}, session_id: uuid, cleanup_sessions: true },
    'cleanup_sessions',
    "a session of the caller's is never ended",
  ],
  [
    'anchor.namedTask',
    { taskName: 't', sessionId: uuid, cleanupSessions: true },
    'cleanupSessions',
    "a session of the caller's is never ended",
  ],
])('%s with %j is refused at %s although its document allows it: %s', (endpoint, input, path) => {
  const checked = check(agent, { endpoint, input });
  expect(checked.ok ? [] : checked.problems.map((problem) => problem.path)).toEqual([`input.${path}`]);
});

/** A row for the items of a list or the entries of a map, which may be none. */
function isPlaceholder(path: string): boolean {
  return path === '' || path.endsWith('[]') || path.endsWith('*') || path.endsWith('>');
}
