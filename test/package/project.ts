import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { command } from './command.js';

/** The kinds of project that a package can be installed in. */
export const kinds = ['esm', 'commonjs'] as const;

export type Kind = (typeof kinds)[number];

interface Manifest {
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

type Dependencies = Record<string, string>;

const registryCure =
  'The packages come from the npm registry, or from the cache of npm. Check the network and `npm ping`, or set `registry` in ~/.npmrc to one that can be reached; then run the command again.';

const compilerOptions = {
  target: 'ES2022',
  module: 'nodenext',
  strict: true,
  types: ['node'],
  skipLibCheck: false,
  rootDir: 'src',
  outDir: 'dist',
};

/** What a project has that uses Temporal, and compiles. */
const temporal = ['activity', 'client', 'worker', 'workflow'].map((name) => `@temporalio/${name}`);
const types = ['@types/node', '@types/ms'];

/** A project of a user's, of which the packages have the versions of this repository's lock file. */
export class Project {
  private constructor(
    readonly kind: Kind,
    readonly folder: string,
    private readonly root: string,
    private readonly manifest: Manifest,
  ) {}

  /** Makes the project, with Temporal and without Perdure, and installs its packages. */
  static async create(kind: Kind, folder: string, root: string): Promise<Project> {
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Manifest;
    const project = new Project(kind, folder, root, manifest);
    await mkdir(path.join(folder, 'src'), { recursive: true });
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['src'] }, undefined, 2),
    );
    await project.#install(project.#versions(temporal));
    return project;
  }

  /** Installs the packed Perdure, and its peers beside it, as the README says. */
  async addPerdure(tarball: string): Promise<void> {
    const { peerDependencies, peerDependenciesMeta } = this.manifest;
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
    await this.#install({ perdure: `file:${tarball}`, ...this.#versions([...temporal, ...peers]) });
  }

  /** Brings the program of the user. */
  async addProgram(fixtures: string): Promise<void> {
    for (const name of ['play.ts', 'schemas.ts', 'workflows.ts', `start-${this.kind}.ts`])
      await copyFile(path.join(fixtures, name), path.join(this.folder, 'src', name));
    await copyFile(path.join(fixtures, 'entries.cjs'), path.join(this.folder, 'entries.cjs'));
  }

  /** Compiles the program, and checks every declaration that it reaches. */
  async compile(compiler: string, args: readonly string[] = []): Promise<void> {
    const program = path.join(this.root, 'node_modules', compiler, 'bin', 'tsc');
    await command(process.execPath, [program, '-p', '.', ...args], { cwd: this.folder, within: 300 });
  }

  /** Runs a script of the project and gives its last line, which is JSON. */
  async run(node: string, script: string): Promise<unknown> {
    const text = await command(node, [script], { cwd: this.folder, within: 180 });
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as unknown;
  }

  /** What the command of the package says that it is. */
  async version(): Promise<string> {
    const program = path.join('node_modules', '.bin', 'perdure');
    return (await command(program, ['--version'], { cwd: this.folder, within: 60 })).trim();
  }

  #versions(names: readonly string[]): Dependencies {
    return Object.fromEntries(names.map((name) => [name, this.manifest.devDependencies[name] ?? '*']));
  }

  /** Of the whole lock file npm keeps what is needed. */
  async #install(dependencies: Dependencies): Promise<void> {
    const { kind, folder, root } = this;
    const type = kind === 'esm' ? 'module' : 'commonjs';
    const own = { name: `a-project-${kind}`, private: true, dependencies, devDependencies: this.#versions(types) };
    const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as { packages: object };
    const { name } = own;
    const locked = { ...lock, name, packages: { ...lock.packages, '': own } };
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...own, type }, undefined, 2));
    await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(locked));
    const patience = ['--prefer-offline', '--fetch-retries=1', '--fetch-timeout=60000'];
    const args = ['install', '--no-audit', '--no-fund', '--no-progress', ...patience];
    await command('npm', args, { cwd: folder, within: 300, cure: registryCure });
  }
}
