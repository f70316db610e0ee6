import { expect, test } from 'vitest';
import { checkPlan, PlanError, parsePlan, problemLine } from '../../src/plan/index.js';
import { brokenForms } from './broken-forms.js';
import { brokenReferences } from './broken-references.js';
import { agent, head, read } from './texts.js';

/** What is wrong with a text, each as `line path: reason`. */
function told(text: string): string[] {
  const checked = checkPlan(text);
  if (checked.ok) return [];
  return checked.problems.map(({ line, path, reason }) => `${line} ${path}: ${reason}`);
}

test.each([...brokenReferences, ...brokenForms])(
  '%s is told at its line and path, and throws nothing',
  (_, text, place, reason) => {
    const [first = 'nothing', ...others] = told(text);
    expect([first, ...others].find((each) => each.startsWith(`${place}: `)) ?? [first, ...others].join('\n')).toMatch(
      reason,
    );
  },
);

test('all that is wrong is told at once, in the order of the lines, each thing once', () => {
  const text =
    'steps:\n  - name: a\n    wait: soon\n  - name: a\n    wait: ${steps.c.result}\n    colour: red\nbudget: { runs: -1 }\n';
  expect(told(text).map((line) => line.split(': ')[0])).toEqual([
    '3 steps[0].wait',
    '4 steps[1].name',
    '5 steps[1].wait',
    '6 steps[1].colour',
    '7 budget.runs',
  ]);
});

test('an error of a file begins with file, line and column, says what was expected, and how to mend it', () => {
  const parsing = () => parsePlan('steps:\n  - name: a\n    wait: soon\n', 'plan.yaml');
  expect(parsing).toThrow(PlanError);
  expect(parsing).toThrow(/plan\.yaml:3:5 steps\[0\]\.wait: expected a duration, got the text "soon"/);
  const checked = checkPlan('steps:\n  - name: a\n    wait: soon\n', 'plan.yaml');
  const problem = checked.ok ? undefined : checked.problems[0];
  expect(problem && problemLine(problem)).toContain('plan.yaml:3:5');
  expect(problem?.hint).toContain("'90s'");
});

test('an object is checked as its text would be, by path alone', () => {
  const checked = checkPlan({ steps: [{ name: 'a', wait: 'soon' }] });
  expect(checked).toMatchObject({ ok: false, problems: [{ path: 'steps[0].wait' }] });
  const circle: Record<string, unknown> = {};
  circle.steps = circle;
  expect(checkPlan(circle)).toMatchObject({ ok: false, problems: [{ path: '' }] });
});

const good: [what: string, text: string][] = [
  ['a wait for what an agent said', `${read}  - name: b\n    wait: \${steps.read.result.total}\n`],
  [
    'a result of which nothing is known',
    `steps:\n  - name: a\n    ${agent}\n  - name: b\n    agent: { endpoint: anchor.webTask, input: { prompt: "\${steps.a.result.x[0].y}", max_steps: "\${steps.a.result.n}" } }\n`,
  ],
  [
    'a list of which nothing is known',
    `steps:\n  - name: a\n    ${agent}\n  - name: b\n    forEach: \${steps.a.result}\n    approval: { title: "\${item.title} \${index}" }\n`,
  ],
  ['dollars that are no reference', 'steps:\n  - name: a\n    approval: { title: "Pay $5 or $${x}?" }\n'],
  [
    'a choice that an input makes',
    `${head}  - name: a\n    agent: { endpoint: anchor.webTask, input: { prompt: x, agent: "\${inputs.url}", url: "\${inputs.url}" } }\n`,
  ],
  ['JSON with tabs', '{\n\t"steps": [\n\t\t{ "name": "a", "wait": 1000 }\n\t]\n}\n'],
  [
    'a secret that an input names',
    'inputs:\n  type: object\n  properties:\n    login: { type: object, required: [$secret], properties: { $secret: { type: string } } }\nsteps:\n  - name: a\n    agent: { endpoint: anchor.webTask, input: { prompt: x, secret_values: { PW: "${inputs.login}" } } }\n',
  ],
  [
    'a budget',
    'steps:\n  - { name: a, wait: 1s }\nbudget: { money: 5.5, runs: 3, raise: { assignees: [ann], deadline: 2h } }\n',
  ],
];

test.each(good)('%s is nothing wrong', (_, text) => {
  expect(told(text)).toEqual([]);
});
