import { spawn } from 'node:child_process';

const faults = ['dist/test/faults/main.js'];
const canary = ['dist/test/canary/main.js'];
const batch = ['dist/test/batch/main.js'];
const demo = ['dist/src/cli/main.js', 'demo', '--kill-worker'];
const requests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'light', 'src/inbox/fuzz.test.ts'];

/** Milliseconds: what takes longer hangs. */
const longest = 20 * 60_000;
/** Planted defects that are looked for at once: each waits most of its time, and has only to be found. */
const besides = 2;

function run(args, { stdout = 'inherit', stderr = 'inherit', env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', stdout, stderr],
      timeout: longest,
      killSignal: 'SIGKILL',
      env: { GOGC: '400', ...process.env, ...env },
    });
    let text = '';
    let told = '';
    child.stdout?.on('data', (data) => (text += data));
    child.stderr?.on('data', (data) => (told += data));
    child.once('error', (error) => resolve({ passed: false, text, told: `${told}${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, text, told }));
  });
}

/** The long forms: many seeds, every point to kill at, every defect that the judge has to see, the canary, many requests. */
async function stepsInOrder() {
  const { text } = await run([...faults, '--break', 'list'], { stdout: 'pipe' });
  const defects = text.split('\n').filter((name) => name !== '');
  return [
    [{ name: '200 seeds of faults', args: [...faults, '--seeds', '200', '--beside', '4'] }],
    [{ name: 'kills', args: [...faults, '--kill'] }],
    defects.map((name) => ({
      name: `the planted defect ${name}`,
      args: [...faults, '--break', name],
      // What is found is what has to be found: told only where it was not.
      stdout: 'pipe',
      stderr: 'pipe',
      // A server that dies under it shows no defect; the judge has to see it all the same.
      tries: 2,
    })),
    [{ name: 'the canary', args: canary }],
    [{ name: '400 items, client and worker killed on the way', args: [...batch, '--items', '400'] }],
    [{ name: '20,000 requests to the API', args: requests, plain: true, env: { PERDURE_API_REQUESTS: '20000' } }],
    [
      {
        name: 'the demo, its worker killed and every answer late',
        args: demo,
        env: { PERDURE_DEMO_DELAY: '2s' },
      },
    ],
  ];
}

async function play({ name, args, plain = false, tries = 1, ...how }) {
  const began = Date.now();
  process.stdout.write(`playing: ${name}\n`);
  let passed = false;
  for (let left = tries; left > 0 && !passed; left -= 1) {
    const played = await run(plain ? args : [...args, '--json'], how);
    passed = played.passed;
    if (!passed) process.stderr.write(`${played.told}${played.text}`);
  }
  process.stdout.write(`${passed ? 'passed' : 'failed'}: ${name} (${Math.round((Date.now() - began) / 1000)} s)\n`);
  return passed;
}

/** Plays a group's steps, a few at once, and gives the names of those that did not pass. */
async function playGroup(group) {
  const waiting = [...group];
  const failed = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await play(step))) failed.push(step.name);
  };
  await Promise.all(Array.from({ length: besides }, lane));
  return failed;
}

const groups = await stepsInOrder();
const all = groups.flat();
const failed = [];
for (const group of groups) failed.push(...(await playGroup(group)));
for (const name of failed) process.stdout.write(`  not passed: ${name}\n`);
process.stdout.write(`${all.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || all.length < 10 ? 1 : 0;
