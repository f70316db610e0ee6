import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './output.mjs';
import { run } from './run.mjs';

const buildSettings = 'tsconfig.build.json';
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', buildSettings];
const outputs = {
  '.ts': ['.js', '.js.map', '.d.ts'],
  '.tsx': ['.js', '.js.map', '.d.ts'],
  '.cjs': ['.cjs', '.cjs.map', '.d.cts'],
};

/** Builds `dist` when it was not made from the sources as they are, and removes what has no source any more. */
export async function setUpBuild(root) {
  const sources = sourcesOf(root);
  const wanted = new Set([...sources.flatMap(outputsOf), bundleFile(root)]);
  const stamp = path.join(root, 'node_modules', '.cache', 'perdure', 'build');
  const hash = hashOf(root, [...settings, ...sources]);
  const built = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (built && [...wanted].every((file) => existsSync(path.join(root, file)))) return;
  say('building dist');
  rmSync(stamp, { force: true });
  await run('npm', ['run', '--silent', 'build'], { cwd: root, cure: 'Correct the sources that the compiler names.' });
  for (const file of filesUnder(root, 'dist')) {
    if (!wanted.has(file)) rmSync(path.join(root, file));
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

/** What the compiler reads, by its own settings: a folder added there is built, and kept, without a word here. */
function sourcesOf(root) {
  const { include, exclude } = JSON.parse(readFileSync(path.join(root, buildSettings), 'utf8'));
  const isLeftOut = (file) => exclude.some((folder) => file.startsWith(`${folder}/`));
  return include
    .flatMap((folder) => filesUnder(root, folder))
    .filter((file) => /(?<!\.test|\.d)\.tsx?$|\.cjs$/.test(file) && !isLeftOut(file));
}

/** The bundle of the workflows, named after the SDK that it holds a part of. */
function bundleFile(root) {
  const sdk = path.join(root, 'node_modules', '@temporalio', 'worker', 'package.json');
  return path.join('dist', 'workflows', `bundle-${JSON.parse(readFileSync(sdk, 'utf8')).version}.cjs`);
}

function outputsOf(file) {
  const { dir, name, ext } = path.parse(file);
  return outputs[ext].map((end) => path.join('dist', dir, `${name}${end}`));
}

function filesUnder(root, folder) {
  if (!existsSync(path.join(root, folder))) return [];
  const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))).sort();
}

function hashOf(root, files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}
