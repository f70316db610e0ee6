import type { RunHandle } from '../../client/run-handle.js';
import { formatDuration } from '../../core/duration.js';
import type { Outcome, RunReport } from '../../core/run.js';
import type { Ledger } from '../../simulator/index.js';
import { isLive, type Output } from '../output.js';
import type { CommandContext } from '../context.js';
import { lookOf } from '../run-text.js';
import { Screen } from '../screen.js';
import { type Cell, layOut } from '../table.js';
import type { Part } from './cast.js';

/** A run of the demo and what is known of it. */
export interface Row {
  part: Part;
  handle: RunHandle;
  startedAt: number;
  report?: RunReport;
  outcome?: Outcome;
}

/** What a row comes to, as `--json` prints it. */
export interface RowResult {
  key: string;
  endpoint: string;
  status: string;
  providerStatus: string | undefined;
  /** Requests for the run's status that the provider got; 0 for the call that blocks. */
  polls: number;
  sessionId: string | undefined;
  outcome: Outcome | undefined;
}

const redrawMs = 200;
const titles = ['RUN', 'ENDPOINT', 'STATE', 'PROVIDER', 'ELAPSED', 'POLLS', 'SESSION'];

/** What a row shows now. */
export function resultOf({ part, report, outcome }: Row, ledger: Ledger): RowResult {
  const runId = outcome?.provider.runId ?? report?.runId;
  return {
    key: part.key,
    endpoint: part.agent.endpoint,
    status: outcome?.status ?? report?.status ?? 'queued',
    providerStatus: outcome?.provider.status ?? report?.providerStatus,
    polls: runId === undefined ? 0 : ledger.requests({ operation: 'status', runId }).length,
    sessionId: outcome?.provider.sessionId ?? report?.sessionId,
    outcome,
  };
}

/** Shows the runs: a table that is drawn again and again on a terminal, a line for each change elsewhere. */
export class Board {
  readonly #output: Output;
  readonly #ledger: Ledger;
  readonly #rows: readonly Row[];
  readonly #screen: Screen | undefined;
  readonly #told = new Map<string, string>();
  #drawing: NodeJS.Timeout | undefined;

  constructor({ output, env }: CommandContext, rows: readonly Row[], ledger: Ledger) {
    this.#output = output;
    this.#rows = rows;
    this.#ledger = ledger;
    if (!isLive(output.people, env)) return;
    this.#screen = new Screen(output.people);
    this.#drawing = setInterval(() => this.#draw(), redrawMs);
    this.#draw();
  }

  /** Shows what has changed. */
  update(row: Row): void {
    if (this.#screen) return;
    const { key, endpoint, status, polls } = resultOf(row, this.#ledger);
    const providerStatus = providerSays(row, this.#ledger);
    const told = `${status} · ${providerStatus}`;
    if (this.#told.get(key) === told) return;
    this.#told.set(key, told);
    this.#output.say(`${elapsed(row).padStart(4)}  ${key}  ${endpoint}  ${told} · ${polls} polls`);
  }

  /** Writes a line that stays. */
  note(line: string): void {
    if (!this.#screen) return this.#output.say(line);
    this.#screen.above(line);
    this.#draw();
  }

  /** Shows the table for the last time. */
  close(): void {
    clearInterval(this.#drawing);
    if (!this.#screen) return this.#output.say(this.#lines(Infinity).join('\n'));
    this.#draw();
    this.#screen.close();
  }

  #draw(): void {
    if (this.#screen) this.#screen.draw(['', ...this.#lines(this.#screen.width), '']);
  }

  #lines(width: number): string[] {
    const head = titles.map((text): Cell => ({ text, paint: (title) => this.#output.paint('dim', title) }));
    return layOut([head, ...this.#rows.map((row) => this.#cells(row))], width);
  }

  #cells(row: Row): Cell[] {
    const { key, endpoint, polls, sessionId = '–' } = resultOf(row, this.#ledger);
    const providerStatus = providerSays(row, this.#ledger);
    const status = row.outcome?.status ?? row.report?.status ?? 'queued';
    const state = { text: status, paint: (text: string) => this.#output.paint(lookOf(status), text) };
    const looks = endpoint === 'anchor.sessionAgent' ? '–' : String(polls);
    return [key, endpoint, state, providerStatus, elapsed(row), looks, sessionId];
  }
}

/** A run's report keeps the status of its last news; between them the providers' own book is asked. */
function providerSays({ report, outcome }: Row, ledger: Ledger): string {
  const { runId, sessionId } = report ?? {};
  const live = ledger.runs.find(({ id, sessionId: session }) => id === runId || (session && session === sessionId));
  return outcome?.provider.status ?? live?.state ?? report?.providerStatus ?? '–';
}

function elapsed({ startedAt, outcome }: Row): string {
  const ms = Math.max(0, (outcome ? Date.parse(outcome.endedAt) : Date.now()) - startedAt);
  return ms < 1_000 ? '0s' : formatDuration(ms);
}
