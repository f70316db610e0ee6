import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const target = path.join('dist', 'perdure.tgz');
// Beside the target, since a file can't be renamed from one file system to another.
const folder = mkdtempSync(path.join('dist', 'pack-'));
try {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { status, error } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) throw error;
  const [file] = readdirSync(folder);
  if (status === 0 && file) renameSync(path.join(folder, file), target);
  else process.stderr.write(`'npm ${args.join(' ')}' made no package (exit ${status}).\n`);
  process.exitCode = status === 0 && file ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
