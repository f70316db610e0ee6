import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The one release of the Temporal CLI that is used, so that a database file fits wherever the binary came from. */
export const release = { cli: '1.5.1', server: '1.29.1', module: 'github.com/temporalio/cli/cmd/temporal' } as const;

const run = promisify(execFile);

/** What a binary says of itself; `fits` when its server is the one of the release. */
export interface Probe {
  fits: boolean;
  /** In words, such as `temporal 1.9.1 (server 1.32.0)`. */
  text: string;
}

/** Asks a binary for its version, for at most 15 seconds. What `go install` builds knows only its server's version. */
export async function probe(file: string): Promise<Probe> {
  try {
    const { stdout } = await run(file, ['--version'], { timeout: 15_000 });
    const [, cli = 'of unknown version', server = 'unknown'] =
      /temporal version (\S+)(?: \(Server ([\d.]+))?/.exec(stdout) ?? [];
    return { fits: server === release.server, text: `temporal ${cli} (server ${server})` };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { fits: false, text: `does not run: ${reason}` };
  }
}
