import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs a program with its output shown, and gives its exit code. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) process.stdout.write(`${program}: ${error.message}\n`);
  return status ?? 1;
}

/** What did not pass, by name; a skipped test counts as failed. */
function judgeTests(file, exit) {
  const testResults = readResults(file);
  if (!testResults) return { passed: 0, failed: [`npm test ended before it wrote its results (exit ${exit})`] };
  const tests = testResults.flatMap((suite) => suite.assertionResults);
  const failed = tests
    .filter(({ status }) => status !== 'passed')
    .map(({ status, fullName, failureMessages = [] }) => `${status}: ${fullName}${reasons(failureMessages)}`);
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  failed.push(...broken.map(({ name }) => `failed: ${path.relative('.', name)}`));
  if (exit !== 0 && failed.length === 0) failed.push(`npm test ended with ${exit} though no test failed`);
  if (tests.length === 0) failed.push('npm test ran no test');
  return { passed: tests.filter(({ status }) => status === 'passed').length, failed };
}

const mostLines = 12;

/** Why each try failed, so that the end of the output alone tells it. */
function reasons(messages) {
  return messages.map((text) => `\n    ${text.split('\n').slice(0, mostLines).join('\n    ')}`).join('');
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return undefined;
  }
}

function runTests() {
  const folder = mkdtempSync(path.join(tmpdir(), 'perdure-ci-'));
  const file = path.join(folder, 'tests.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${file}`];
    const exit = run('npm', ['test', '--', ...reporters]);
    return judgeTests(file, exit);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The single checks that `npm run check` is made of, each run and counted, so that one failure hides no other. */
function runChecks() {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const names = scripts.check.match(/check:[\w-]+/g) ?? [];
  const results = names.map((name) => ({ name, exit: run('npm', ['run', '--silent', name]) }));
  const failed = results.filter(({ exit }) => exit !== 0).map(({ name, exit }) => `npm run ${name} (exit ${exit})`);
  return { passed: names.length - failed.length, failed };
}

/** The long forms of the tests, whose last line has the count. */
function runLong() {
  const exit = run('npm', ['run', '--silent', 'test:long']);
  return exit === 0 ? { passed: 1, failed: [] } : { passed: 0, failed: [`npm run test:long (exit ${exit})`] };
}

const [tests, checks, long] = [runTests(), runChecks(), runLong()];
const failed = [...tests.failed, ...checks.failed, ...long.failed];
const counts = `tests: ${tests.passed} passed; checks: ${checks.passed} passed; long tests: ${long.passed} passed`;
process.stdout.write(`\n${counts}\n`);
for (const name of failed) process.stdout.write(`  not passed: ${name}\n`);
process.stdout.write(`${tests.passed + checks.passed + long.passed} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
