import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkPlan } from '../../src/plan/index.js';

type Doc = { [name: string]: unknown; steps: Record<string, unknown>[] };

/** A plan that is right, of two to six steps, each of which may refer to one before. */
const plans = fc
  .array(fc.constantFrom('agent', 'approval', 'wait', 'each'), { minLength: 2, maxLength: 6 })
  .map((kinds): Doc => {
    const steps = kinds.map((kind, index) => {
      const earlier = index === 0 ? '${inputs.url}' : `\${steps.s${index - 1}.status}`;
      const agent = { endpoint: 'anchor.webTask', input: { prompt: `Read ${earlier}.` } };
      const does = {
        agent: { agent, result: { type: 'object', properties: { total: { type: 'number' } } } },
        approval: { approval: { title: earlier } },
        wait: { wait: '2 h' },
        each: { forEach: '${inputs.urls}', agent, atOnce: 2 },
      }[kind];
      return { name: `s${index}`, ...does };
    });
    const properties = { url: { type: 'string' }, urls: { type: 'array', items: { type: 'string' } } };
    return { name: 'Generated', inputs: { type: 'object', properties }, steps };
  });

/** Ways to break a plan at a step; each makes one that is wrong of any that is right. */
const breakers: Record<string, (doc: Doc, at: number) => void> = {
  'a name is taken': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { name: steps[at === 0 ? 1 : 0]?.name }),
  'a name is missing': ({ steps }, at) => void delete steps[at]?.name,
  'a name is a number': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { name: 4711 }),
  'a name has blanks': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { name: 'not a name' }),
  'a field is unknown': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { colour: 'red' }),
  'a step does nothing': ({ steps }, at) => void (steps[at] = { name: `s${at}` }),
  'a step does everything': ({ steps }, at) =>
    void Object.assign(steps[at] ?? {}, { wait: '1 s', approval: { title: 'x' } }),
  'a step is no object': ({ steps }, at) => void Object.assign(steps, { [at]: 'words' }),
  'a step refers to itself': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, approval: { title: `\${steps.s${at}.status}` } }),
  'a step refers to one after it': ({ steps }) =>
    void (steps[0] = { name: 's0', approval: { title: '${steps.s1.status}' } }),
  'a step refers to nothing': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, approval: { title: '${steps.elsewhere.result}' } }),
  'an input is unknown': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, approval: { title: '${inputs.nothing}' } }),
  'a list stands in a text': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, approval: { title: 'To ${inputs.urls}' } }),
  'a text is gone through': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { forEach: '${inputs.url}' }),
  'a duration is none': ({ steps }, at) => void (steps[at] = { name: `s${at}`, wait: 'a while' }),
  'a time is none': ({ steps }, at) => void (steps[at] = { name: `s${at}`, wait: { until: 'tomorrow' } }),
  'a bound is none': ({ steps }, at) => void Object.assign(steps[at] ?? {}, { atOnce: 0 }),
  'an endpoint is unknown': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, agent: { endpoint: 'anchor.none', input: {} } }),
  'a prompt is missing': ({ steps }, at) =>
    void (steps[at] = { name: `s${at}`, agent: { endpoint: 'anchor.webTask', input: {} } }),
  'a secret is a text': ({ steps }, at) =>
    void (steps[at] = {
      name: `s${at}`,
      agent: { endpoint: 'anchor.webTask', input: { prompt: 'x', secret_values: { PW: 'hunter2' } } },
    }),
  'a schema is none': (doc) => void Object.assign(doc, { inputs: { type: 'objekt' } }),
  'a field of the plan is unknown': (doc) => void Object.assign(doc, { step: [] }),
  'there are no steps': (doc) => void Object.assign(doc, { steps: [] }),
  'the output refers to nothing': (doc) => void Object.assign(doc, { output: '${steps.nowhere.result}' }),
};

const places = { numRuns: 1_000, seed: 7 };

test('a generated plan is right before it is broken', () => {
  fc.assert(
    fc.property(plans, (doc) => {
      expect(checkPlan(stringify(doc))).toMatchObject({ ok: true });
    }),
    { ...places, numRuns: 50 },
  );
}, 300_000);

test('1,000 generated plans that are wrong: each is refused with a line, a path and a reason, as YAML and as JSON', () => {
  const ways = fc.constantFrom(...Object.keys(breakers));
  fc.assert(
    fc.property(plans, ways, fc.nat(), fc.boolean(), (doc, way, place, asJson) => {
      breakers[way]?.(doc, place % doc.steps.length);
      const checked = checkPlan(asJson ? JSON.stringify(doc, null, 1) : stringify(doc), 'plan.yaml');
      if (checked.ok) throw new RangeError(`${way} went unseen`);
      expect(checked.problems.length).toBeGreaterThan(0);
      for (const { file, line, column, path, reason } of checked.problems) {
        expect({ file, isPlaced: (line ?? 0) >= 1 && (column ?? 0) >= 1, hasPath: path !== '' }).toEqual({
          file: 'plan.yaml',
          isPlaced: true,
          hasPath: true,
        });
        expect(reason).not.toBe('');
      }
    }),
    places,
  );
}, 300_000);

test('1,000 texts with a character changed: never a crash, and what is refused has its line', () => {
  fc.assert(
    fc.property(
      plans,
      fc.nat(),
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        '&',
        '*',
        '!',
        '|',
        '"',
        "'",
        '\t',
        '\n',
        '\0',
        '$',
        '${',
        '- ',
        '? ',
        '%',
        '#',
        '\u2028',
        '\ud800',
        '',
      ),
      (doc, at, what) => {
        const text = stringify(doc);
        const place = at % text.length;
        const checked = checkPlan(text.slice(0, place) + what + text.slice(place + 1));
        if (checked.ok) return;
        expect(checked.problems.every(({ line, reason }) => (line ?? 0) >= 1 && reason !== '')).toBe(true);
      },
    ),
    places,
  );
}, 300_000);
