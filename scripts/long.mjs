import { spawnSync } from 'node:child_process';

const faults = ['dist/test/faults/main.js'];

function run(args, stdout) {
  const { status, stdout: text } = spawnSync(process.execPath, args, {
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
  return { passed: status === 0, text: text ?? '' };
}

/** The long forms of the fault harness: many seeds, every point to kill at, every defect that the judge has to see. */
function steps() {
  const { text } = run([...faults, '--break', 'list'], 'pipe');
  const defects = text.split('\n').filter((name) => name !== '');
  return [
    { name: '200 seeds of faults', args: ['--seeds', '200'] },
    { name: 'kills', args: ['--kill'] },
    ...defects.map((name) => ({ name: `the planted defect ${name}`, args: ['--break', name] })),
  ];
}

const failed = [];
const all = steps();
for (const { name, args } of all) {
  process.stdout.write(`${name}\n`);
  const { passed } = run([...faults, ...args, '--json'], 'inherit');
  if (!passed) failed.push(name);
}
for (const name of failed) process.stdout.write(`  not passed: ${name}\n`);
process.stdout.write(`${all.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || all.length < 3 ? 1 : 0;
