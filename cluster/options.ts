import { parseArgs } from 'node:util';

export const usage = `Usage: npm run cluster -- [options]

Starts what docker-compose.yml describes on this machine, without containers, everything on loopback and on free ports:
PostgreSQL, the production Temporal server, two workers, the inbox, and the simulated providers. It stays until Ctrl-C.

  --kill           kills every part in turn under runs over all endpoints, starts it again, and judges by the books of the
                   simulated providers: exit 1 when a run does not end as it has to, is started twice, or leaves anything
  --runs N         how many runs (default 50)
  --bare           only PostgreSQL, the server and the simulator
  --exec COMMAND   runs a shell command with TEMPORAL_ADDRESS, TEMPORAL_SERVER_PID and TEMPORAL_DATABASE_URL, and ends with it:
                   npm run cluster -- --bare --exec 'npm run bench -- watch'
  --keep           leaves the folder with data and logs behind
  --json           the summary as JSON in the last line
  --help           this text`;

/** What the cluster is asked to do. */
export interface Options {
  kill: boolean;
  runs: number;
  bare: boolean;
  exec?: string;
  keep: boolean;
  json: boolean;
  help: boolean;
}

/** Reads the arguments; a text says what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { kill: flag, bare: flag, keep: flag, json: flag, help: flag, runs: text, exec: text };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const { runs = '50', ...rest } = values;
    if (!/^[1-9]\d{0,3}$/.test(runs)) return '--runs needs a whole number from 1.';
    if (values.kill && (values.bare || values.exec !== undefined)) return '--kill goes with neither --bare nor --exec.';
    return { ...rest, runs: Number(runs) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
