import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { say } from './output.mjs';
import { run } from './run.mjs';

const debianPostgres = '/usr/lib/postgresql';

/** Programs that some tests need and npm can't bring, with the Debian packages that do. */
const testTools = [
  { program: 'java', aptPackage: 'default-jre-headless', for: 'tests on the time-skipping server' },
  { program: 'chromium', aptPackage: 'chromium', for: 'tests of the inbox in a browser' },
  { program: 'mvn', aptPackage: 'maven', for: 'fetching the time-skipping server' },
  { program: 'docker-compose', aptPackage: 'docker-compose', for: 'the test that lints docker-compose.yml' },
];

/** What `npm run cluster` needs. Debian's programs of PostgreSQL are on nobody's PATH. */
const clusterTools = [
  {
    program: 'postgres',
    aptPackage: 'postgresql',
    for: 'the cluster',
    isThere: () => existsSync(debianPostgres) && readdirSync(debianPostgres).length > 0,
  },
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

/** Brings what tests need. */
export function setUpTestTools() {
  return setUpSystemTools(testTools, 'will be skipped');
}

/** Brings what `npm run cluster` needs. */
export function setUpClusterTools() {
  return setUpSystemTools(clusterTools, 'can not start');
}

const isToolThere = (tool) => isThere(tool.program) || Boolean(tool.isThere?.());

/** Installs what is missing with apt-get where this runs as root on such a system, else names it. */
async function setUpSystemTools(tools, without) {
  const missing = tools.filter((tool) => !isToolThere(tool));
  if (missing.length === 0) return;
  const packages = missing.map(({ aptPackage }) => aptPackage);
  if (process.getuid?.() === 0 && isThere('apt-get')) await install(packages);
  for (const tool of missing.filter((each) => !isToolThere(each))) {
    say(`no ${tool.program} (Debian package ${tool.aptPackage}): ${tool.for} ${without}`);
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
