import path from 'node:path';
import { type GuardedProcess, spawnGuarded } from './guarded-process.js';
import { loopback } from './ports.js';

/** How the server is started. */
export interface ServerCommand {
  binary: string;
  port: number;
  uiPort: number | undefined;
  database: string;
  searchAttributes: readonly string[];
  log: string;
}

/** Starts the embedded server, which ends with this process. */
export function spawnServer(command: ServerCommand): GuardedProcess {
  const { binary, database, log } = command;
  return spawnGuarded({ binary, args: argumentsOf(command), cwd: path.dirname(database), log });
}

/** Priorities are heeded by the newer matcher alone, and within a partition of a queue. */
const settings = {
  'frontend.enableServerVersionCheck': false,
  'matching.useNewMatcher': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

function argumentsOf({ port, uiPort, database, searchAttributes }: ServerCommand): string[] {
  return [
    ...['server', 'start-dev', '--ip', loopback, '--port', String(port), '--db-filename', database],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-ip', loopback, '--ui-port', String(uiPort)]),
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    ...['--log-level', 'error'],
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}
