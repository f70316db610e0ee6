import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, say } from './output.mjs';
import { run } from './run.mjs';
import { isThere } from './system-tools.mjs';

/** Makes sure that a Temporal CLI of the one release is at hand, by the search that the embedded server uses itself. */
export async function setUpServerBinary(root) {
  const { findServerBinary } = await embedded(root, 'binary.js');
  try {
    await findServerBinary({ log: say });
  } catch (error) {
    throw new SetupError(error.message, error.hint);
  }
}

/** Fetches the time-skipping test server from Maven Central where java and mvn are; without it, its tests are skipped. */
export async function setUpTestServer(root) {
  const { findTimeSkippingServer, timeSkippingServer } = await embedded(root, 'time-skipping.js');
  if (findTimeSkippingServer(process.env).path || !isThere('java') || !isThere('mvn')) return;
  const { release, script } = timeSkippingServer(process.env);
  say(`fetching the time-skipping test server ${release} with mvn`);
  const folder = path.dirname(script);
  mkdirSync(path.dirname(folder), { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    await fetchJars(scratch, release);
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
  } catch (error) {
    say(`tests on the time-skipping server will be skipped: ${error.message}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fetchJars(folder, version) {
  writeFileSync(path.join(folder, 'pom.xml'), pom(version));
  const lib = path.join(folder, 'lib');
  const args = ['dependency:copy-dependencies', '-B', '-q', '-f', path.join(folder, 'pom.xml')];
  await run('mvn', [...args, `-DoutputDirectory=${lib}`, '-DincludeScope=runtime']);
  const script = path.join(folder, 'temporal-test-server');
  // The SDK waits five seconds for it: what makes Java begin sooner and run slower suits.
  const flags = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto';
  const command = `exec java ${flags} -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"`;
  writeFileSync(script, `#!/bin/sh\n${command}\n`);
  chmodSync(script, 0o755);
}

function pom(version) {
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>perdure</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;
}

function embedded(root, file) {
  return import(pathToFileURL(path.join(root, 'dist', 'src', 'worker', 'embedded', file)).href);
}
