import { setTimeout as pause } from 'node:timers/promises';
import type { Question } from '../../core/question.js';
import type { RunReport } from '../../core/run.js';
import type { CommandContext } from '../context.js';
import { follow } from '../follow.js';
import { oneLine } from '../output.js';
import { Board, type Row } from './board.js';
import { cast, demoTimings, direct } from './cast.js';
import type { Stage } from './stage.js';

/** How the demo is played. */
export interface PlayOptions {
  delayMs: number;
  /** Aborts when a person wants it to end: every run is then cancelled and cleaned up. */
  signal: AbortSignal;
}

const beforeAnswerMs = 2_000;
const beforeCancelMs = 4_000;
const cleanUpMs = 60_000;
const answerer = 'the demo';
const answerText = 'Bern';

/** Starts all runs at once, answers the one that asks, cancels one half-way, and shows all of it until they end. */
export async function play(context: CommandContext, stage: Stage, { delayMs, signal }: PlayOptions): Promise<Row[]> {
  const { perdure, simulator, worker } = stage;
  direct(simulator);
  const timings = demoTimings(delayMs);
  const rows = await Promise.all(
    cast(simulator).map(async (part): Promise<Row> => {
      const { key, agent, result } = part;
      const handle = await perdure.start({ key, agent, result, effect: 'read', timings });
      return { part, handle, startedAt: Date.now() };
    }),
  );
  const board = new Board(context, rows, simulator.ledger);
  const story = new Story(stage, rows, board);
  const givenUp = story.untilGivenUp(signal);
  const watched = Promise.all(rows.map((row) => story.watch(row, givenUp.signal)));
  try {
    await Promise.race([watched, worker.failed]);
  } finally {
    story.end();
    givenUp.abort();
    await watched.catch(() => undefined);
    board.close();
  }
  return rows;
}

/** What happens to the runs from outside. */
class Story {
  /** Aborts when nothing more is to happen but the runs' ends. */
  readonly #over = new AbortController();
  #replacing: Promise<void> | undefined;
  #cancelling: Promise<void> | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly rows: readonly Row[],
    private readonly board: Board,
  ) {}

  /** Cancels all runs when a person interrupts; aborts when they have not ended long after that. */
  untilGivenUp(signal: AbortSignal): AbortController {
    const givenUp = new AbortController();
    const cancel = () => {
      this.end();
      this.board.note('Interrupted: cancelling every run and ending its session. Ctrl-C again ends at once.');
      setTimeout(() => givenUp.abort(), cleanUpMs).unref();
      for (const { handle, outcome } of this.rows) if (!outcome) handle.cancel().catch(() => undefined);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    return givenUp;
  }

  /** Nothing more happens to the runs. */
  end(): void {
    this.#over.abort();
  }

  /** Follows a run to its end, and does what the story has for it. */
  async watch(row: Row, givenUp: AbortSignal): Promise<void> {
    const follower = {
      slowestMs: 600,
      onReport: (report: RunReport) => {
        // Without a worker there is less to report; what was known stays.
        row.report = { ...row.report, ...report };
        this.board.update(row);
        if (report.status === 'running' && row.part.ends === 'cancelled')
          this.#cancelling ??= this.#cancel(row).catch(() => undefined);
      },
      onQuestion: (question: Question) => void this.#answer(question).catch(() => undefined),
    };
    row.outcome = await follow({ handle: row.handle, client: this.stage.perdure.temporal }, follower, givenUp);
    this.board.update(row);
    this.#replacing ??= this.#replaceWorker();
    await this.#replacing;
  }

  async #answer(question: Question): Promise<void> {
    this.board.note(`${question.key} asks: ${oneLine(question.message)}`);
    await pause(beforeAnswerMs, undefined, { signal: this.#over.signal });
    const verdict = await this.stage.perdure.answer(question.id, answerText, { by: answerer, channel: 'cli' });
    this.board.note(
      `${question.key} is answered: ${answerText}${verdict.accepted ? '' : ` (refused: ${verdict.reason})`}`,
    );
  }

  async #cancel({ part, handle }: Row): Promise<void> {
    await pause(beforeCancelMs, undefined, { signal: this.#over.signal });
    this.board.note(`${part.key} is cancelled half-way`);
    await handle.cancel();
  }

  /** Once the call that blocks has returned, since it dies with its worker, and no start is in flight. */
  #replaceWorker(): Promise<void> | undefined {
    const { replace } = this.stage.worker;
    const blocking = this.rows.find(({ part }) => part.agent.endpoint === 'anchor.sessionAgent');
    if (!replace || !blocking?.outcome) return undefined;
    const isStarting = this.rows.some(({ report }) => !report || ['queued', 'starting'].includes(report.status));
    return isStarting ? undefined : replace().then((line) => this.board.note(line));
  }
}
