import { readFileSync } from 'node:fs';

/** The kernel counts CPU time for readers in hundredths of a second. */
const tickMs = 10;

/** CPU milliseconds that a process has used so far, with all its threads; undefined where the system does not tell. */
export function cpuMs(pid: number): number | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name of the program, in brackets, may have blanks in it.
  const [, , , , , , , , , , , user, system] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) * tickMs;
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
