import path from 'node:path';
import { copiesOf, namedCopies, oneCopyCure, sdkPackages } from '../../worker/sdk-copies.js';
import { type Finding, fail, ok } from './finding.js';

const wanted = /^1\.24\./;

/**
 * Whether Perdure and the project in a folder use one copy of each package of the Temporal SDK: with two, errors are not
 * recognised and workers don't fit clients.
 */
export function checkPackages(folder: string, own: string = import.meta.url): Finding[] {
  const findings = sdkPackages.map((name) => checkPackage(name, [own, path.join(folder, 'package.json')]));
  const bad = findings.filter(({ state }) => state !== 'ok');
  return bad.length > 0 ? bad : [ok('temporal sdk', `${findings[0]?.text}, one copy of each package`)];
}

function checkPackage(name: string, files: readonly string[]): Finding {
  const copies = copiesOf(name, files);
  const [first] = copies;
  if (first === undefined) return fail(name, 'is not installed', `Run: npm install ${name}@~1.24.0`);
  if (copies.length > 1) return fail(name, `is there twice: ${namedCopies(copies)}`, oneCopyCure);
  const { version } = first;
  return wanted.test(version) ? ok(name, version) : fail(name, `is ${version}`, `Run: npm install ${name}@~1.24.0`);
}
