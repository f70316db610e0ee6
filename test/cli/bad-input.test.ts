import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, run } from './fake-context.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'perdure-cli-'));
  await writeFile(path.join(cwd, 'broken.json'), '{"prompt": "tr0ub4dor');
  await writeFile(path.join(cwd, 'list.json'), '[]');
  await writeFile(path.join(cwd, 'schema.json'), '{"type":"nonsense"}');
});
afterAll(() => rm(cwd, { recursive: true }));

const webTask = ['run', 'anchor.webTask', '--key', 'k'];

test.each([
  [['run', 'anchor.webtask', '--key', 'k'], "did you mean 'anchor.webTask'?"],
  [['run', 'anchor.webTask', '--key', 'no spaces', '--prompt', 'x'], 'key: expected 1 to 180 of'],
  [webTask, 'agent.input.prompt: expected a text, got nothing'],
  [[...webTask, '--prompt', 'x', '--task', 'y'], 'anchor.webTask does not take --task'],
  [[...webTask, '--prompt', ' '], 'agent.input.prompt: expected a text that is not empty'],
  [[...webTask, '--prompt', 'x', '--deadline', 'soon'], 'deadline: expected a duration'],
  [[...webTask, '--prompt', 'x', '--account', 'browserbase/default'], 'account: expected an account of anchor'],
  [[...webTask, '--prompt', 'x', '--body', 'missing.json'], "missing.json can't be read (ENOENT)"],
  [[...webTask, '--body', 'broken.json'], 'the file broken.json is not JSON'],
  [[...webTask, '--body', '{"prompt": '], 'the value is not JSON'],
  [[...webTask, '--body', 'list.json'], 'The body must be a JSON object'],
  [[...webTask, '--prompt', 'x', '--schema', 'list.json'], 'The schema must be a JSON object'],
  [[...webTask, '--prompt', 'x', '--schema', 'schema.json'], 'result'],
  [['run', 'anchor.task', '--key', 'k', '--task-id', 't', '--input', 'nameless'], '--input takes name=value'],
  [['ls', '--status', 'done'], "There is no status 'done'"],
  [['answer', 'perdure:run:k~q', '--text', 'a', '--yes'], 'exactly one of'],
  [['answer', 'perdure:run:k~q'], 'exactly one of'],
  [['answer', 'perdure:run:k~q', '--json', '{'], 'The value of --json is not JSON'],
])('%j is refused before a server is looked for', async (args, reason) => {
  const { exit, stderr } = await run(args, { cwd });
  expect(stderr).toContain(reason);
  expect(stderr).not.toContain('tr0ub4dor');
  expect(exit).toBe(2);
});

test('a secret that is given as a text is refused, and not repeated', async () => {
  const stdin = JSON.stringify({ prompt: 'x', secret_values: { PW: 'hunter2-hunter2' } });
  const ended = await run([...webTask, '--body', '-', '--json'], { cwd, stdin });
  expect(ended.exit).toBe(2);
  expect(jsonOf(ended)).toMatchObject({ error: { code: 'bad-input' } });
  expect(ended.stdout + ended.stderr).toContain('agent.input.secret_values.PW: expected secret(');
  expect(ended.stdout + ended.stderr).not.toContain('hunter2');
});

test('an unusable configuration is bad input, with the place in the file', async () => {
  await writeFile(path.join(cwd, 'bad.yaml'), 'accounts: { anchor/default: { apiKey: sk-plain-text } }');
  const { exit, stderr } = await run(['ls', '--config', 'bad.yaml'], { cwd });
  expect(exit).toBe(2);
  expect(stderr).toContain('accounts["anchor/default"].apiKey');
  expect(stderr).not.toContain('sk-plain-text');
});

test('an unusable variable is bad input, and named', async () => {
  const { exit, stderr } = await run(['ls'], { cwd, env: { PERDURE_LOG_LEVEL: 'loud' } });
  expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringContaining('PERDURE_LOG_LEVEL') as unknown });
});
