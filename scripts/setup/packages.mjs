import { readFileSync } from 'node:fs';
import path from 'node:path';
import { say } from './output.mjs';
import { run } from './run.mjs';

/**
 * Installs the npm packages when those in node_modules are not the ones of package-lock.json. npm can write a lock file
 * that leaves out the optional packages of other systems, which its own `npm ci` then refuses; `npm install` takes it.
 */
export async function setUpPackages(root) {
  const reason = whatDiffers(root);
  if (!reason) return;
  say(`installing the npm packages (${reason})`);
  const cure = 'Check the network and the npm registry, then run the command again.';
  const quiet = ['--no-audit', '--no-fund'];
  try {
    await run('npm', ['ci', ...quiet], { cwd: root, cure });
  } catch (error) {
    if (!error.output?.includes('EUSAGE')) throw error;
    say("package-lock.json is not complete for 'npm ci' on this system: using 'npm install'");
    await run('npm', ['install', '--no-save', ...quiet], { cwd: root, cure });
  }
}

/** npm writes what it installed last of all, so an installation that was broken off counts as missing. */
function whatDiffers(root) {
  const installed = read(path.join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return 'none are there';
  const wanted = read(path.join(root, 'package-lock.json')) ?? {};
  for (const [place, entry] of Object.entries(wanted)) {
    const there = installed[place];
    if (place === '' || (!there && (entry.optional || entry.devOptional))) continue;
    if (!there) return `${place} is missing`;
    const sameBytes = !entry.integrity || !there.integrity || there.integrity === entry.integrity;
    if (there.version !== entry.version || !sameBytes) return `${place} is another version`;
  }
  const extra = Object.keys(installed).find((place) => !wanted[place] && !installed[place].optional);
  return extra && `${extra} is not wanted any more`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
