import { head, read, type Broken } from './texts.js';

/** Plans whose references are wrong. */
export const brokenReferences: Broken[] = [
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
];
