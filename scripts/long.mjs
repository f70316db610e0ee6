import { spawn, spawnSync } from 'node:child_process';

const faults = ['dist/test/faults/main.js'];
const canary = ['dist/test/canary/main.js'];
const demo = ['dist/src/cli/main.js', 'demo', '--kill-worker'];

const requests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'light', 'src/inbox/fuzz.test.ts'];

/** What mostly waits is played two at a time. */
const beside = 2;

/** Runs a program; what it says is shown at once, or kept where others run beside it. */
function run(args, { shown, env = {} }) {
  const output = shown ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', output, output],
    env: { GOGC: '400', ...process.env, ...env },
  });
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name]?.setEncoding('utf8').on('data', (text) => {
      told[name] += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, stdout: '', stderr: `${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, ...told }));
  });
}

function defectNames() {
  const { stdout } = spawnSync(process.execPath, [...faults, '--break', 'list'], { encoding: 'utf8' });
  return stdout.split('\n').filter((name) => name !== '');
}

/** The long forms: many seeds, every point to kill at, every defect that the judge has to see, the canary, many requests. */
function rounds() {
  const planted = defectNames().map((name) => ({
    name: `the planted defect ${name}`,
    args: [...faults, '--break', name, '--beside', '6'],
    // What is found is what has to be found: told only where it was not.
    quiet: true,
  }));
  return [
    [{ name: '200 seeds of faults', args: [...faults, '--seeds', '200'] }],
    [{ name: 'kills', args: [...faults, '--kill'] }, ...planted],
    [
      { name: 'the canary', args: canary },
      { name: '20,000 requests to the API', args: requests, plain: true, env: { PERDURE_API_REQUESTS: '20000' } },
    ],
    [
      {
        name: 'the demo, its worker killed and every answer late',
        args: demo,
        env: { PERDURE_DEMO_DELAY: '2s' },
      },
    ],
  ];
}

const failed = [];
let played = 0;

async function play({ name, args, env, quiet, plain = false }, shown) {
  const began = Date.now();
  process.stdout.write(`playing: ${name}\n`);
  const { passed, stdout, stderr } = await run(plain ? args : [...args, '--json'], { shown, env });
  if (!passed || !quiet) process.stderr.write(stderr);
  process.stdout.write(stdout);
  process.stdout.write(`${passed ? 'passed' : 'failed'}: ${name} (${Math.round((Date.now() - began) / 1000)} s)\n`);
  played += 1;
  if (!passed) failed.push(name);
}

for (const steps of rounds()) {
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await play(step, steps.length === 1);
  };
  await Promise.all(Array.from({ length: beside }, lane));
}
for (const name of failed) process.stdout.write(`  not passed: ${name}\n`);
process.stdout.write(`${played - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || played < 10 ? 1 : 0;
