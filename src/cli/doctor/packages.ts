import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Finding, fail, ok } from './finding.js';

const names = ['client', 'common', 'activity', 'worker', 'workflow'].map((name) => `@temporalio/${name}`);
const wanted = /^1\.24\./;

interface Copy {
  folder: string;
  version: string;
}

/**
 * Whether Perdure and the project in a folder use one copy of each package of the Temporal SDK: with two, errors are not
 * recognised and workers don't fit clients.
 */
export function checkPackages(folder: string, own: string = import.meta.url): Finding[] {
  const findings = names.map((name) => checkPackage(name, own, path.join(folder, 'package.json')));
  const bad = findings.filter(({ state }) => state !== 'ok');
  return bad.length > 0 ? bad : [ok('temporal sdk', `${findings[0]?.text}, one copy of each package`)];
}

function checkPackage(name: string, ...from: string[]): Finding {
  const copies = new Map<string, string>();
  for (const place of from) {
    const copy = copyOf(name, place);
    if (copy) copies.set(copy.folder, copy.version);
  }
  const [version] = copies.values();
  if (version === undefined) return fail(name, 'is not installed', `Run: npm install ${name}@~1.24.0`);
  if (copies.size > 1) {
    const list = [...copies].map(([folder, each]) => `${each} in ${folder}`).join(' and ');
    return fail(
      name,
      `is there twice: ${list}`,
      'Let both use one version (npm ls @temporalio/common), then: npm dedupe',
    );
  }
  return wanted.test(version) ? ok(name, version) : fail(name, `is ${version}`, `Run: npm install ${name}@~1.24.0`);
}

function copyOf(name: string, from: string): Copy | undefined {
  try {
    let folder = path.dirname(realpathSync(createRequire(from).resolve(name)));
    while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
      folder = path.dirname(folder);
    const parsed = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version?: string };
    return { folder, version: parsed.version ?? 'unknown' };
  } catch {
    return undefined;
  }
}
