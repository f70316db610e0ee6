import { execFile } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  code: number;
  output: string;
}

/** Runs a program to its end, and gives what it wrote; one that can't be started has the code 127. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { ...options, maxBuffer: 16 * 2 ** 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      const output = `${stdout}${stderr}`.trim();
      resolve({ code, output: code === 127 && output === '' ? String(error) : output });
    });
  });
}
