import { expect, test } from 'vitest';
import { checkPlan, PlanError, parsePlan, problemLine } from './index.js';

/** What is wrong with a text, each as `line path: reason`. */
function told(text: string): string[] {
  const checked = checkPlan(text);
  if (checked.ok) return [];
  return checked.problems.map(({ line, path, reason }) => `${line} ${path}: ${reason}`);
}

const agent = 'agent: { endpoint: anchor.webTask, input: { prompt: Read. } }';
const head = `
inputs:
  type: object
  properties:
    url: { type: string }
    count: { type: integer }
    urls: { type: array, items: { type: object, properties: { href: { type: string } } } }
steps:
`.trimStart();
const read = `${head}  - name: read
    agent: { endpoint: anchor.webTask, input: { prompt: Read. } }
    result: { type: object, properties: { total: { type: number }, lines: { type: array, items: { type: string } } } }
`;

/** A broken plan of each class, the line and path at which it is told, and a word of the reason. */
const broken: [what: string, text: string, place: string, reason: RegExp][] = [
  [
    'a step that refers to itself',
    'steps:\n  - name: a\n    wait: ${steps.a.status}\n',
    '3 steps[0].wait',
    /itself, which is a cycle/,
  ],
  [
    'a cycle of two',
    'steps:\n  - { name: a, agent: { endpoint: anchor.webTask, input: { prompt: "${steps.b.result}" } } }\n  - { name: b, agent: { endpoint: anchor.webTask, input: { prompt: "${steps.a.result}" } } }\n',
    '2 steps[0].agent.input.prompt',
    /go in a cycle: a → b → a/,
  ],
  [
    'a reference to a later step',
    'steps:\n  - name: a\n    approval: { title: "${steps.b.status}" }\n  - name: b\n    wait: 1s\n',
    '3 steps[0].approval.title',
    /'b' comes only later/,
  ],
  [
    'an unknown step',
    `${read}  - name: next\n    approval: { title: "\${steps.raed.result.total}" }\n`,
    '12 steps[1].approval.title',
    /no step 'raed'; did you mean 'read'/,
  ],
  [
    'an unknown field of a result',
    `${read}  - name: next\n    approval: { title: "\${steps.read.result.totl}" }\n`,
    '12 steps[1].approval.title',
    /no 'totl'; did you mean 'total'/,
  ],
  [
    'an unknown input',
    `${head}  - name: a\n    wait: \${inputs.cout}\n`,
    '9 steps[0].wait',
    /no 'cout'; did you mean 'count'/,
  ],
  [
    'an unknown root',
    'steps:\n  - name: a\n    wait: ${input.x}\n',
    '3 steps[0].wait',
    /'input' names nothing; did you mean 'inputs'/,
  ],
  [
    'inputs that are not declared',
    'steps:\n  - name: a\n    wait: ${inputs.x}\n',
    '3 steps[0].wait',
    /the plan has no inputs/,
  ],
  [
    'item without forEach',
    'steps:\n  - name: a\n    wait: ${item}\n',
    '3 steps[0].wait',
    /only in a step with forEach/,
  ],
  [
    'a number where a text is wanted',
    `${read}  - name: next\n    agent:\n      endpoint: anchor.webTask\n      input:\n        prompt: \${steps.read.result.total}\n`,
    '15 steps[1].agent.input.prompt',
    /expected a text, got \$\{steps\.read\.result\.total\}, which is a number/,
  ],
  [
    'a text where a number is wanted',
    `${head}  - name: a\n    agent:\n      endpoint: anchor.webTask\n      input:\n        prompt: x\n        max_steps: \${inputs.url}\n`,
    '13 steps[0].agent.input.max_steps',
    /expected a number, got \$\{inputs\.url\}, which is a text/,
  ],
  [
    'an object within a text',
    `${read}  - name: next\n    approval:\n      title: Pay \${steps.read.result}?\n`,
    '13 steps[1].approval.title',
    /is an object, and within a text/,
  ],
  [
    'a field of a number',
    `${read}  - name: next\n    wait: \${steps.read.result.total.x}\n`,
    '12 steps[1].wait',
    /is a number, which has no fields/,
  ],
  [
    'a list that waits',
    `${head}  - name: a\n    wait: \${inputs.urls}\n`,
    '9 steps[0].wait',
    /expected a text or a number, got .* a list/,
  ],
  [
    'a reference that can not be read',
    'steps:\n  - name: a\n    approval: { title: "${1 + 1}" }\n',
    '3 steps[0].approval.title',
    /can't be read as a reference/,
  ],
  [
    'a reference that is not closed',
    'steps:\n  - name: a\n    approval: { title: "${inputs.x" }\n',
    '3 steps[0].approval.title',
    /can't be read as a reference/,
  ],
  [
    'a name used twice',
    `steps:\n  - { name: a, wait: 1s }\n  - { name: b, wait: 1s }\n  - { name: a, wait: 1s }\n`,
    '4 steps[2].name',
    /'a' is that of steps\[0\]/,
  ],
  ['a bad name', 'steps:\n  - name: not a name\n    wait: 1s\n', '2 steps[0].name', /expected 1 to 50 of/],
  [
    'an unknown field of a step',
    `steps:\n  - name: a\n    ${agent}\n    forEahc: [1]\n`,
    '4 steps[0].forEahc',
    /did you mean 'forEach'/,
  ],
  ['an unknown field of the plan', `setps: []\nsteps:\n  - { name: a, wait: 1s }\n`, '1 setps', /did you mean 'steps'/],
  [
    'an unknown field of an agent',
    'steps:\n  - name: a\n    agent:\n      endpoint: anchor.webTask\n      input:\n        promt: x\n',
    '6 steps[0].agent.input.promt',
    /did you mean 'prompt'/,
  ],
  [
    'a missing field of an agent',
    'steps:\n  - name: a\n    agent:\n      endpoint: anchor.webTask\n      input: {}\n',
    '5 steps[0].agent.input.prompt',
    /expected a text, got nothing/,
  ],
  ['a missing name', 'steps:\n  - wait: 1s\n', '2 steps[0].name', /expected a text, got nothing/],
  ['a step that does nothing', 'steps:\n  - name: a\n', '2 steps[0]', /one of agent, approval and wait, got none/],
  [
    'a step that does two things',
    `steps:\n  - name: a\n    wait: 1s\n    ${agent}\n`,
    '3 steps[0].wait',
    /got agent and wait/,
  ],
  ['no steps', 'name: nothing\n', '1 steps', /expected a list, got nothing/],
  ['steps of another kind', 'steps: 12\n', '1 steps', /expected a list, got 12/],
  [
    'an unknown endpoint',
    'steps:\n  - name: a\n    agent:\n      endpoint: anchor.webTsk\n      input: { prompt: x }\n',
    '4 steps[0].agent.endpoint',
    /did you mean 'anchor.webTask'/,
  ],
  [
    'an account of another provider',
    `steps:\n  - name: a\n    agent:\n      endpoint: anchor.webTask\n      account: browserbase/x\n      input: { prompt: x }\n`,
    '5 steps[0].agent.account',
    /an account of anchor/,
  ],
  [
    'a bad duration of a wait',
    'steps:\n  - name: a\n    wait: soon\n',
    '3 steps[0].wait',
    /expected a duration, got the text "soon"/,
  ],
  [
    'a bad duration of a deadline',
    `steps:\n  - name: a\n    ${agent}\n    deadline: 2 fortnights\n`,
    '4 steps[0].deadline',
    /expected a duration/,
  ],
  [
    'a bad duration of an approval',
    `steps:\n  - name: a\n    approval:\n      title: x\n      deadline: never\n`,
    '5 steps[0].approval.deadline',
    /expected a duration/,
  ],
  [
    'a time without its zone',
    'steps:\n  - name: a\n    wait: { until: "2026-11-22T06:00:00" }\n',
    '3 steps[0].wait.until',
    /a time with its zone/,
  ],
  [
    'a forEach over a text',
    `${head}  - name: a\n    forEach: \${inputs.url}\n    wait: 1s\n`,
    '9 steps[0].forEach',
    /expected a list, got \$\{inputs\.url\}, which is a text/,
  ],
  [
    'a forEach over part of a text',
    `${head}  - name: a\n    forEach: x\${inputs.urls}\n    wait: 1s\n`,
    '9 steps[0].forEach',
    /within a text|one reference to a list/,
  ],
  [
    'a bound without forEach',
    'steps:\n  - name: a\n    wait: 1s\n    atOnce: 3\n',
    '4 steps[0].atOnce',
    /is of a step with forEach/,
  ],
  [
    'a field of another kind of step',
    'steps:\n  - name: a\n    wait: 1s\n    effect: read\n',
    '4 steps[0].effect',
    /is of a step with an agent/,
  ],
  [
    'a field of an item that it lacks',
    `${head}  - name: a\n    forEach: \${inputs.urls}\n    approval: { title: "\${item.herf}" }\n`,
    '10 steps[0].approval.title',
    /item has no 'herf'; did you mean 'href'/,
  ],
  [
    'a text in the place of a secret',
    'steps:\n  - name: a\n    agent:\n      endpoint: anchor.webTask\n      input:\n        prompt: x\n        secret_values:\n          PW: hunter2\n',
    '8 steps[0].agent.input.secret_values.PW',
    /expected \{ \$secret: NAME \}, got a text ‹hidden›/,
  ],
  [
    'a reference in the place of a secret',
    `${head}  - name: a\n    agent:\n      endpoint: anchor.webTask\n      input:\n        prompt: x\n        secret_values: { PW: "\${inputs.url}" }\n`,
    '13 steps[0].agent.input.secret_values.PW',
    /expected \{ \$secret: NAME \}, got \$\{inputs\.url\}/,
  ],
  [
    'an input that is a secret',
    'inputs:\n  type: object\n  properties:\n    password: { type: string }\nsteps:\n  - { name: a, wait: 1s }\n',
    '4 inputs.properties.password',
    /expected no secret/,
  ],
  [
    'a schema that is none',
    'inputs: { type: objekt }\nsteps:\n  - { name: a, wait: 1s }\n',
    '1 inputs',
    /JSON Schema that can be compiled/,
  ],
  [
    'a result schema that is none',
    `steps:\n  - name: a\n    ${agent}\n    result: { type: numbr }\n`,
    '4 steps[0].result',
    /JSON Schema that can be compiled/,
  ],
  ['an alias', 'name: &x Plan\nsteps:\n  - { name: a, wait: 1s }\ndescription: *x\n', '1 name', /got an anchor/],
  ['a tag', 'steps:\n  - name: a\n    wait: !!str 1s\n', '3 steps[0].wait', /got the tag/],
  [
    'a tag that runs code elsewhere',
    'name: !!js/function x\nsteps:\n  - { name: a, wait: 1s }\n',
    '1 name',
    /got the tag/,
  ],
  ['a key given twice', 'steps:\n  - name: a\n    wait: 1s\n    wait: 2s\n', '4 steps[0].wait', /given twice/],
  [
    'a key given twice in JSON',
    '{"steps": [{"name": "a",\n "wait": 1,\n "wait": 2}]}',
    '3 steps[0].wait',
    /given twice/,
  ],
  ['several documents', 'steps:\n  - { name: a, wait: 1s }\n---\nsteps: []\n', '3 ', /one document, got several/],
  [
    'a key that is no text',
    'steps:\n  - name: a\n    wait: 1s\n    1: x\n',
    '4 steps[0]',
    /bad key: expected a name that is a text, got 1/,
  ],
  ['a key of the language', '__proto__: { a: 1 }\nsteps:\n  - { name: a, wait: 1s }\n', '1 ', /bad key/],
  ['a merge key', 'steps:\n  - name: a\n    wait: 1s\n    <<: { atOnce: 1 }\n', '4 steps[0]["<<"]', /unknown field/],
  ['a list', '- a\n', '1 ', /expected an object, got a list of 1/],
  ['a text', 'just words\n', '1 ', /expected an object, got the text/],
  ['nothing', '', '1 ', /expected an object, got nothing/],
  ['a bracket that is not closed', 'steps: [\n', '2 ', /not valid YAML/],
  ['a reference within braces without quotes', 'steps:\n  - { name: a, wait: ${inputs.x} }\n', '2 ', /not valid YAML/],
  ['a number that JSON lacks', 'steps:\n  - name: a\n    wait: .inf\n', '3 steps[0].wait', /a number that JSON lacks/],
  ['far too many levels', `steps: ${'['.repeat(20_000)}`, '1 ', /levels of nesting/],
  ['too many levels', `steps: ${'['.repeat(60)}${']'.repeat(60)}`, '1 steps[0][0]', /more than 40 levels/],
  [
    '10,000 steps',
    `steps:\n${Array.from({ length: 10_000 }, (_, n) => ` - {name: s${n}, wait: 1}\n`).join('')}`,
    '1 steps',
    /a list of at most 500/,
  ],
  ['a document of 5 MB', `steps:\n${'#'.repeat(5_000_000)}`, '1 ', /at most 256 KiB/],
  [
    'an output that refers to nothing',
    'steps:\n  - { name: a, wait: 1s }\noutput: ${steps.b.result}\n',
    '3 output',
    /no step 'b'/,
  ],
  [
    'the result of a wait',
    'steps:\n  - { name: a, wait: 1s }\noutput: ${steps.a.result}\n',
    '3 output',
    /waits, and has no result/,
  ],
  [
    'a budget of nothing',
    'steps:\n  - { name: a, wait: 1s }\nbudget: { runs: 0 }\n',
    '3 budget.runs',
    /expected a number/,
  ],
];

test.each(broken)('%s is told at its line and path, and throws nothing', (_, text, place, reason) => {
  const [first = 'nothing', ...others] = told(text);
  expect([first, ...others].find((each) => each.startsWith(`${place}: `)) ?? [first, ...others].join('\n')).toMatch(
    reason,
  );
});

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
