import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU time for readers in hundredths of a second. */
const tickMs = 10;

/** CPU milliseconds that a process has used so far, with all its threads; undefined where the system does not tell. */
export function cpuMs(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat && stat.own * tickMs;
}

/** The same of several processes and of all that they have started, as PostgreSQL starts one for each connection. */
export function treesCpuMs(pids: readonly number[]): number | undefined {
  const stats = new Map<number, Stat>();
  for (const name of foldersOf('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  if (pids.some((pid) => !stats.has(pid))) return undefined;
  const ofTree = (pid: number): number => {
    const { own, ended } = stats.get(pid) ?? { own: 0, ended: 0 };
    const children = [...stats].filter(([, { parent }]) => parent === pid);
    return own + ended + children.reduce((sum, [child]) => sum + ofTree(child), 0);
  };
  return pids.reduce((sum, pid) => sum + ofTree(pid), 0) * tickMs;
}

interface Stat {
  parent: number;
  /** Ticks of its own. */
  own: number;
  /** Ticks of those that it has started and that have ended. */
  ended: number;
}

function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name of the program, in brackets, may have blanks in it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { parent: fields[1] ?? 0, own: user + system, ended: endedUser + endedSystem };
}

/** The most memory that a process has held at once, in MiB; undefined where the system does not tell. */
export function peakMiB(pid: number): number | undefined {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '') ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
