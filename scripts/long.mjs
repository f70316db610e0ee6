import { spawn } from 'node:child_process';
import { newerNode } from './setup/newer-node.mjs';

const faults = ['dist/test/faults/main.js'];
/** The first thirty are played by the tests. */
const others = ['--from', '31', '--seeds', '170'];
const canary = ['dist/test/canary/main.js'];
const batch = ['dist/test/batch/main.js'];
const demo = ['dist/src/cli/main.js', 'demo', '--kill-worker'];
const installed = ['dist/test/package/main.js'];
const requests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'light', 'src/inbox/fuzz.test.ts'];
/** What needs no Temporal server. */
const onNewerNode = [
  'node_modules/vitest/vitest.mjs',
  'run',
  ...['light', 'http'].flatMap((project) => ['--project', project]),
];

/** Milliseconds: what takes longer hangs. */
const longest = 20 * 60_000;
/** Steps of a group that are played at once: each waits most of its time. */
const besides = 3;

/** Runs a step; what it writes is kept, and told where it fails. Progress is shown as it comes where a step has any. */
function run(args, { env = {}, shown = false, node = process.execPath } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longest,
      killSignal: 'SIGKILL',
      env: { GOGC: '400', ...process.env, ...env },
    });
    let text = '';
    let told = '';
    child.stdout.on('data', (data) => (text += data));
    child.stderr.on('data', (data) => {
      told += data;
      if (shown) process.stderr.write(data);
    });
    child.once('error', (error) => resolve({ passed: false, text, told: `${told}${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, text, told }));
  });
}

/**
 * The long forms: many seeds, every point to kill at, every defect that the judge has to see, the canary, many requests,
 * the package as users install it.
 */
async function stepsInOrder() {
  const { text } = await run([...faults, '--break', 'list']);
  const newer = newerNode('.');
  const defects = text.split('\n').filter((name) => name !== '');
  return [
    [{ name: 'the seeds 31 to 200 of faults', args: [...faults, ...others, '--beside', '8'], shown: true }],
    [
      { name: 'kills', args: [...faults, '--kill'], shown: true },
      ...defects.map((name) => ({
        name: `the planted defect ${name}`,
        args: [...faults, '--break', name],
        // A server that dies under it shows no defect; the judge has to see it all the same.
        tries: 2,
      })),
      { name: 'the canary', args: canary },
      { name: '400 items, client and worker killed on the way', args: [...batch, '--items', '400'] },
    ],
    [
      { name: '20,000 requests to the API', args: requests, plain: true, env: { PERDURE_API_REQUESTS: '20000' } },
      {
        name: 'the demo, its worker killed and every answer late',
        args: demo,
        env: { PERDURE_DEMO_DELAY: '2s' },
      },
      {
        name: `the packed package in ESM and CommonJS projects, on Node ${process.version} and ${newer.version}`,
        args: [...installed, '--node', newer.binary],
        needs: newer,
      },
      {
        name: `the light tests on Node ${newer.version}`,
        args: onNewerNode,
        plain: true,
        node: newer.binary,
        env: { PERDURE_TEST_NODE: newer.version },
        needs: newer,
      },
    ],
  ];
}

/** Of what a failed step wrote, its last lines are told again in the end, where whoever reads only the end finds them. */
const toldAgain = 40;

/** Plays a step; gives back what it wrote where it did not pass. */
async function play({ name, args, plain = false, tries = 1, needs, ...how }) {
  if (needs && !needs.there) return `Node ${needs.version} is missing, which this step runs on. ${needs.cure}`;
  const began = Date.now();
  process.stdout.write(`playing: ${name}\n`);
  let failure;
  for (let left = tries; left > 0; left -= 1) {
    const { passed, text, told } = await run(plain ? args : [...args, '--json'], how);
    failure = passed ? undefined : `${told}${text}`;
    if (passed) break;
    process.stderr.write(`${told}${text}`);
  }
  process.stdout.write(
    `${failure === undefined ? 'passed' : 'failed'}: ${name} (${Math.round((Date.now() - began) / 1000)} s)\n`,
  );
  return failure;
}

/** Plays a group's steps, a few at once, and gives those that did not pass with what they wrote. */
async function playGroup(group) {
  const waiting = [...group];
  const failed = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const failure = await play(step);
      if (failure !== undefined) failed.push({ name: step.name, failure });
    }
  };
  await Promise.all(Array.from({ length: besides }, lane));
  return failed;
}

const groups = await stepsInOrder();
const all = groups.flat();
const failed = [];
for (const group of groups) failed.push(...(await playGroup(group)));
for (const { name, failure } of failed) {
  const lines = failure.trimEnd().split('\n').slice(-toldAgain);
  process.stdout.write(`  not passed: ${name}\n${lines.map((line) => `    ${line.slice(0, 400)}\n`).join('')}`);
}
process.stdout.write(`${all.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || all.length < 10 ? 1 : 0;
