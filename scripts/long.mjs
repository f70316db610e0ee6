import { spawnSync } from 'node:child_process';

const faults = ['dist/test/faults/main.js'];
const canary = ['dist/test/canary/main.js'];
const batch = ['dist/test/batch/main.js'];
const demo = ['dist/src/cli/main.js', 'demo', '--kill-worker'];
const requests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'light', 'src/inbox/fuzz.test.ts'];

const roomy = 64 * 1024 * 1024;
/** Milliseconds: what takes longer hangs. */
const longest = 20 * 60_000;

function run(args, { stdout = 'inherit', stderr = 'inherit', env = {} } = {}) {
  const {
    status,
    stdout: text,
    stderr: told,
  } = spawnSync(process.execPath, args, {
    stdio: ['ignore', stdout, stderr],
    encoding: 'utf8',
    maxBuffer: roomy,
    timeout: longest,
    killSignal: 'SIGKILL',
    env: { GOGC: '400', ...process.env, ...env },
  });
  return { passed: status === 0, text: text ?? '', told: told ?? '' };
}

/** The long forms: many seeds, every point to kill at, every defect that the judge has to see, the canary, many requests. */
function steps() {
  const { text } = run([...faults, '--break', 'list'], { stdout: 'pipe' });
  const defects = text.split('\n').filter((name) => name !== '');
  return [
    { name: '200 seeds of faults', args: [...faults, '--seeds', '200', '--beside', '6'] },
    { name: 'kills', args: [...faults, '--kill'] },
    ...defects.map((name) => ({
      name: `the planted defect ${name}`,
      args: [...faults, '--break', name],
      // What is found is what has to be found: told only where it was not.
      stderr: 'pipe',
      // A server that dies under it shows no defect; the judge has to see it all the same.
      tries: 2,
    })),
    { name: 'the canary', args: canary },
    { name: '5,000 items, client and worker killed on the way', args: batch },
    { name: '20,000 requests to the API', args: requests, plain: true, env: { PERDURE_API_REQUESTS: '20000' } },
    { name: 'the demo, its worker killed and every answer late', args: demo, env: { PERDURE_DEMO_DELAY: '2s' } },
  ];
}

function play({ name, args, plain = false, tries = 1, ...how }) {
  const began = Date.now();
  process.stdout.write(`playing: ${name}\n`);
  let passed = false;
  for (let left = tries; left > 0 && !passed; left -= 1) {
    const played = run(plain ? args : [...args, '--json'], how);
    passed = played.passed;
    if (!passed) process.stderr.write(played.told);
  }
  process.stdout.write(`${passed ? 'passed' : 'failed'}: ${name} (${Math.round((Date.now() - began) / 1000)} s)\n`);
  return passed;
}

const all = steps();
const failed = all.filter((step) => !play(step)).map(({ name }) => name);
for (const name of failed) process.stdout.write(`  not passed: ${name}\n`);
process.stdout.write(`${all.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || all.length < 10 ? 1 : 0;
