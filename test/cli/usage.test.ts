import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonOf, run } from './fake-context.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The commands that a help names. */
function commandsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)].map(([, name = '']) => name);
}

test('--version shows the version of the package', async () => {
  expect(await run(['--version'])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help names every command and every exit', async () => {
  const { exit, stdout } = await run(['--help']);
  expect(exit).toBe(0);
  expect(commandsIn(stdout)).toEqual([
    ...[
      'demo',
      'up',
      'simulator',
      'run',
      'result',
      'ls',
      'show',
      'stop',
      'adopt',
      'questions',
      'answer',
      'takeover',
      'plan',
      'batch',
      'sweep',
      'account',
      'doctor',
      'config',
    ],
    'help',
  ]);
  for (const exitCode of ['0 done', '2 bad input', '5 outcome unknown', '130 interrupted']) {
    expect(stdout).toContain(exitCode);
  }
});

test('every command has --home, --config and --json, and shows them last', async () => {
  const commands = commandsIn((await run(['--help'])).stdout).filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const { stdout } = await run([command, '--help']);
    expect(stdout, command).toMatch(/--home .*\n(?:.*\n)*? *--config /);
    expect(stdout, command).toMatch(/^ *--json /m);
  }
});

test('no command at all is bad input, and shows what there is', async () => {
  const { exit, stdout, stderr } = await run([]);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain('Commands:');
});

test.each([
  [['rnu'], "unknown command 'rnu'\n(Did you mean run?)"],
  [['ls', '--limti', '3'], "unknown option '--limti'\n(Did you mean --limit?)"],
  [['run', 'anchor.webTask', '--prompt', 'x'], "required option '--key <key>' not specified"],
  [['show'], "missing required argument 'key'"],
  [['up', '--port', '99999'], 'It must be a port'],
  [['ls', '--limit', 'many'], 'It must be a whole number'],
  [['run', 'anchor.webTask', '--key', 'a', '--effect', 'delete'], 'Allowed choices are read, write'],
])('%j is refused as bad input, with the reason', async (args, reason) => {
  const { exit, stdout, stderr } = await run(args);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

test('with --json a refused command line is one line of JSON on stdout too', async () => {
  const ended = await run(['show', '--json']);
  expect(ended.exit).toBe(2);
  expect(jsonOf(ended)).toEqual({ error: { code: 'bad-input', message: "missing required argument 'key'" } });
});

test('options for every command may stand before and after its name', async () => {
  for (const args of [
    ['--json', '--home', '/nowhere', 'config'],
    ['config', '--home', '/nowhere', '--json'],
  ]) {
    expect(jsonOf(await run(args))).toMatchObject({
      settings: expect.arrayContaining([{ name: 'home', value: '/nowhere', source: 'flag' }]) as unknown,
    });
  }
});
