import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loopback } from '../src/worker/embedded/ports.js';
import { onThePath } from '../src/worker/embedded/search-path.js';
import { ClusterError } from './cluster-error.js';
import { Part } from './part.js';
import { runProgram } from './run-program.js';

/** Where Debian keeps the programs of each version. */
const debianFolder = '/usr/lib/postgresql';

/** A PostgreSQL of the cluster's own. */
export interface Postgres {
  part: Part;
  port: number;
  /** Such as `15.18`. */
  version: string;
  /** Runs a query and gives its rows, one a line. Throws `ClusterError`. */
  query(database: string, text: string): Promise<string>;
}

export interface PostgresSetting {
  home: string;
  port: number;
  user: string;
  password: string;
  /** The major version that is wanted; the newest that is here where it is not. */
  major: string;
}

/** Makes a database folder, and what runs PostgreSQL on it. Throws `ClusterError`. */
export async function makePostgres({ home, port, user, password, major }: PostgresSetting): Promise<Postgres> {
  const bin = findBin(major);
  const [postgres, initdb, psql] = ['postgres', 'initdb', 'psql'].map((name) => path.join(bin, name));
  const owner = await ownerOf();
  const data = path.join(home, 'postgres');
  const words = path.join(home, 'postgres.password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(words, password, { mode: 0o600 });
  if (owner) {
    // The server refuses to run as root, and has to reach its folder as somebody else.
    chmodSync(home, 0o711);
    for (const file of [data, words]) chownSync(file, owner.uid, owner.gid);
  }
  const made = await runProgram(
    initdb ?? '',
    ['-D', data, '-U', user, '--pwfile', words, '--auth', 'scram-sha-256', '-E', 'UTF8', '--locale', 'C', '--no-sync'],
    { cwd: '/', ...owner },
  );
  if (made.code !== 0) throw new ClusterError(`initdb failed: ${made.output}`);
  const env = { ...process.env, PGPASSWORD: password };
  const asked = ['-h', loopback, '-p', String(port), '-U', user];
  const query = async (database: string, text: string) => {
    const { code, output } = await runProgram(psql ?? '', [...asked, '-d', database, '-Atqc', text], { env });
    if (code !== 0) throw new ClusterError(`PostgreSQL: ${output}`);
    return output;
  };
  const listen = ['-c', `listen_addresses=${loopback}`, '-p', String(port), '-c', 'unix_socket_directories='];
  const part = new Part({
    name: 'PostgreSQL',
    program: {
      binary: postgres ?? '',
      args: ['-D', data, ...listen, '-c', 'max_connections=120'],
      cwd: '/',
      log: path.join(home, 'postgres.log'),
      ...(owner && { user: owner }),
    },
    isReady: async () => (await query('postgres', 'select 1')) === '1',
  });
  const [, version = 'unknown'] = /(\d+(\.\d+)*)/.exec((await runProgram(postgres ?? '', ['--version'])).output) ?? [];
  return { part, port, version, query };
}

function findBin(major: string): string {
  const here = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const versions = here.filter((name) => existsSync(path.join(debianFolder, name, 'bin', 'postgres')));
  const chosen = versions.includes(major) ? major : versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (chosen !== undefined) return path.join(debianFolder, chosen, 'bin');
  const [found] = onThePath('postgres', process.env);
  if (found) return path.dirname(found);
  throw new ClusterError(
    'There is no PostgreSQL server here.',
    `Install it: apt-get install postgresql-${major} (as root, 'npm run cluster' does it).`,
  );
}

/** Whom PostgreSQL runs as when this is root. */
async function ownerOf(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => runProgram('id', [flag, 'postgres'])));
  if (uid?.code === 0 && gid?.code === 0) return { uid: Number(uid.output), gid: Number(gid.output) };
  throw new ClusterError(
    "There is no user 'postgres', whom PostgreSQL could run as.",
    'Run this as another user than root.',
  );
}
