import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { say } from './output.mjs';
import { run } from './run.mjs';

/** Programs that some tests need and npm can't bring, with the Debian packages that do. */
const systemTools = [
  { program: 'java', aptPackage: 'default-jre-headless', for: 'tests on the time-skipping server' },
  { program: 'chromium', aptPackage: 'chromium', for: 'tests of the inbox in a browser' },
  { program: 'mvn', aptPackage: 'maven', for: 'fetching the time-skipping server' },
];

/** Whether a program is on the PATH. */
export function isThere(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs what is missing with apt-get where this runs as root on such a system, else names it. */
export async function setUpSystemTools() {
  const missing = systemTools.filter(({ program }) => !isThere(program));
  if (missing.length === 0) return;
  const packages = missing.map(({ aptPackage }) => aptPackage);
  if (process.getuid?.() === 0 && isThere('apt-get')) await install(packages);
  for (const tool of missing.filter(({ program }) => !isThere(program))) {
    say(`no ${tool.program} (Debian package ${tool.aptPackage}): ${tool.for} will be skipped`);
  }
}

async function install(packages) {
  say(`installing ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-qy', '-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends', ...packages], {
      env,
    });
  } catch (error) {
    say(`apt-get did not install them: ${error.message.split('\n').at(-1)}`);
  }
}
