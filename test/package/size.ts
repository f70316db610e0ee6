import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What is installed in a project. */
export interface Installed {
  /** Versions by the place in the project, such as `node_modules/zod`. */
  versions: Map<string, string>;
  /** Of all files, as long as they are. */
  bytes: number;
}

/** What the README says that the package adds to a project. */
export interface Addition {
  packages: number;
  megabytes: number;
}

/** How far the size may be from what is said. */
const margin = 0.1;

export async function readInstalled(folder: string): Promise<Installed> {
  const modules = path.join(folder, 'node_modules');
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await lstat(path.join(parentPath, name))).size),
  );
  const lock = JSON.parse(await readFile(path.join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const versions = new Map(Object.entries(lock.packages).map(([place, { version }]) => [place, version]));
  return { versions, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What was added between two looks at a project. */
export function added(before: Installed, after: Installed): Addition {
  const packages = after.versions.size - before.versions.size;
  return { packages, megabytes: Math.round((after.bytes - before.bytes) / 1e5) / 10 };
}

/** What the README says, against what was measured. */
export function judgeAddition(readme: string, { packages, megabytes }: Addition): string[] {
  const [, saidPackages, saidMegabytes] = /adds (\d+) packages and (\d+) MB/.exec(readme) ?? [];
  const correct = `'adds ${packages} packages and ${Math.round(megabytes)} MB'`;
  if (saidPackages === undefined) return [`README.md does not say what an install adds: ${correct}`];
  const near = Math.abs(Number(saidMegabytes) - megabytes) <= megabytes * margin;
  if (Number(saidPackages) === packages && near) return [];
  return [`README.md says 'adds ${saidPackages} packages and ${saidMegabytes} MB'; it is ${correct}`];
}
