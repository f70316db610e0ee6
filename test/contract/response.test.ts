import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EndpointName, endpointNames } from '../../src/core/endpoints.js';
import type { Json } from '../../src/core/json.js';
import { type FoundField, leavesOf, readByRows } from './answer-rows.js';
import { factsOf } from './facts.js';
import { type Fate, fates } from './fate.js';
import { openRecordedStage, type RecordedStage } from './recorded-stage.js';
import type { Exchange } from './recorder.js';
import { type Scene, scenes, serverErrors } from './scenes.js';

let stage: RecordedStage;
let broken: Awaited<ReturnType<typeof serverErrors>>;

beforeAll(async () => {
  stage = await openRecordedStage();
  broken = await serverErrors(stage);
});

afterAll(async () => {
  await stage.close();
});

test.each(endpointNames)(
  'every property of every answer of %s is produced, and found in the outcome or left out by name',
  async (endpoint) => {
    const played = [broken[endpoint] ?? [], await scenes[endpoint](stage)].flat();
    const read = played.map((scene) => readScene(endpoint, scene));
    expect(read.flatMap(({ faults }) => faults)).toEqual([]);
    expect(played.flatMap((scene, index) => missingIn(endpoint, scene, read[index]?.latest ?? new Map()))).toEqual([]);
    const produced = read.flatMap(({ fields }) => fields);
    for (const [code, rows] of Object.entries(factsOf(endpoint).responses)) {
      for (const row of leavesOf(rows)) {
        const name = `${code} ${row.path}`;
        const values = produced.filter((field) => field.name === name).map(({ value }) => value);
        expect(fates[endpoint], name).toHaveProperty([name]);
        expect(values, `${name} is never produced`).not.toEqual([]);
        if (row.enum) expect([...new Set(values)].sort(), name).toEqual([...row.enum].sort());
      }
    }
  },
);

test('no fate is told of a field that no document has', () => {
  for (const endpoint of endpointNames) {
    const { responses } = factsOf(endpoint);
    const names = Object.entries(responses).flatMap(([code, rows]) =>
      leavesOf(rows).map(({ path }) => `${code} ${path}`),
    );
    expect(Object.keys(fates[endpoint]).filter((name) => !names.includes(name))).toEqual([]);
  }
});

interface NamedField extends FoundField {
  name: string;
}

/** The fields of a scene's answers, each field's last value, and what differs from the document. */
function readScene(endpoint: EndpointName, { exchanges }: Scene) {
  const { responses } = factsOf(endpoint);
  const fields: NamedField[] = [];
  const faults: string[] = [];
  for (const exchange of exchanges) {
    const code = documentedCode(endpoint, exchange);
    const found = readByRows(responses[code] ?? [], exchange.body);
    fields.push(...found.fields.map((field) => ({ ...field, name: `${code} ${field.row.path}` })));
    faults.push(...found.faults.map((fault) => `${code} ${fault}`));
  }
  return { fields, faults, latest: new Map(fields.map(({ name, value }): [string, Json] => [name, value])) };
}

/** The values that a run's caller should have been shown and was not. */
function missingIn(endpoint: EndpointName, { run }: Scene, latest: ReadonlyMap<string, Json>): string[] {
  if (!run) return [];
  return [...latest].flatMap(([name, value]) => {
    const fate = fates[endpoint][name];
    return fate && !isShown(fate, run, value) ? [`${name}: ${JSON.stringify(value)} is not shown`] : [];
  });
}

function isShown(fate: Fate, { outcome, report }: NonNullable<Scene['run']>, value: Json): boolean {
  if ('leftOut' in fate) return true;
  const shown = 'outcome' in fate ? fate.outcome(outcome) : report && fate.report(report);
  if (typeof shown === 'string') return shown.includes(String(value));
  return JSON.stringify(shown) === JSON.stringify(value);
}

/** A look at a run has the same shape as the answer to its start, with another code at Browserbase. */
function documentedCode(endpoint: EndpointName, { status }: Exchange): string {
  return endpoint === 'browserbase.agentRun' && status === 200 ? '201' : String(status);
}
