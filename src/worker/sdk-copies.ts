import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The packages of the Temporal SDK that a process may have one copy of. */
export const sdkPackages = ['client', 'common', 'activity', 'worker', 'workflow'].map((name) => `@temporalio/${name}`);

/** An installed package. */
interface SdkCopy {
  folder: string;
  version: string;
}

/**
 * The copies of a package that are used from these files, and by the SDK's own packages that are found there: a newer
 * package beside older ones brings its own.
 */
export function copiesOf(name: string, files: readonly string[]): SdkCopy[] {
  const holders = files.flatMap((file) =>
    sdkPackages.map((other) => copyFrom(other, file)).filter((copy) => copy !== undefined),
  );
  const places = [...files, ...holders.map(({ folder }) => path.join(folder, 'package.json'))];
  const copies = new Map<string, SdkCopy>();
  for (const place of places) {
    const copy = copyFrom(name, place);
    if (copy) copies.set(copy.folder, copy);
  }
  return [...copies.values()];
}

/** What a list of copies is told as. */
export function namedCopies(copies: readonly SdkCopy[]): string {
  return copies.map(({ version, folder }) => `${version} in ${folder}`).join(' and ');
}

/** What makes one of several copies. */
export const oneCopyCure =
  'Give all @temporalio packages of the project one version (npm ls @temporalio/common shows who wants which), then: npm dedupe';

function copyFrom(name: string, file: string): SdkCopy | undefined {
  try {
    let folder = path.dirname(realpathSync(createRequire(file).resolve(name)));
    while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
      folder = path.dirname(folder);
    const parsed = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version?: string };
    return { folder, version: parsed.version ?? 'unknown' };
  } catch {
    return undefined;
  }
}
