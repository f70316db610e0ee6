import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpBuild } from './setup/build.mjs';
import { alone } from './setup/lock.mjs';
import { setUpNewerNode } from './setup/newer-node.mjs';
import { SetupError, say } from './setup/output.mjs';
import { setUpPackages } from './setup/packages.mjs';
import { setUpClusterTools, setUpTestTools } from './setup/system-tools.mjs';
import { setUpServerBinary, setUpTestServer } from './setup/temporal.mjs';

const usage = `Usage: node scripts/setup.mjs [--test | --long | --cluster]

Brings what is missing: npm packages, the build, the Temporal CLI. With --test also what only tests need; with --long the
newer Node that the long tests also run on; with --cluster PostgreSQL instead of the CLI.`;
const flags = ['--test', '--long', '--cluster'];

const oldestNode = [20, 19];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  const message = `Node ${process.versions.node} is too old: ${oldestNode.join('.')} or newer is needed.`;
  throw new SetupError(message, 'Install Node 20.19 or newer and run the command again.');
}

async function setUp({ forTests, forLong, forCluster }) {
  checkNode();
  await alone(root, async () => {
    await setUpPackages(root);
    await setUpBuild(root);
    if (forCluster) return setUpClusterTools();
    await setUpServerBinary(root);
    if (forLong) await setUpNewerNode(root);
    if (!forTests) return;
    await setUpTestTools();
    await setUpTestServer(root);
  });
}

const args = process.argv.slice(2);
if (args.some((arg) => !flags.includes(arg))) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = args.includes('--help') ? 0 : 2;
} else {
  try {
    const [forTests, forLong, forCluster] = flags.map((flag) => args.includes(flag));
    await setUp({ forTests, forLong, forCluster });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    if (error.cure) say(error.cure);
    process.exitCode = 1;
  }
}
