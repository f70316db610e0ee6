import { spawn } from 'node:child_process';
import { SetupError, say } from './output.mjs';

const progressMs = 10_000;

/**
 * Runs a program and waits for it, saying every ten seconds how long it runs. What it writes is kept back and shown,
 * shortened, when it fails.
 */
export function run(program, args, { cwd, env = process.env, cure } = {}) {
  const name = [program, ...args].join(' ');
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const started = Date.now();
  const short = `${program} ${args.find((arg) => /^[a-z]/.test(arg)) ?? ''}`;
  const tell = setInterval(() => say(`  ${short}: ${Math.round((Date.now() - started) / 1000)} s`), progressMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-100_000);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new SetupError(`${program} cannot be run: ${error.message}`, cure)));
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(failure(name, code, { output: output.trim(), cure }));
    });
  }).finally(() => clearInterval(tell));
}

function failure(name, code, { output, cure }) {
  const lines = output.split('\n');
  const shown = lines.length <= 24 ? lines : [...lines.slice(0, 16), '…', ...lines.slice(-6)];
  const error = new SetupError(`'${name}' failed (exit ${code}):\n${shown.join('\n')}`, cure);
  return Object.assign(error, { output });
}
