import type { BatchItem } from '../client/batch/options.js';
import type { BatchReport } from '../core/batch.js';
import { formatDuration } from '../core/duration.js';
import { oneLine, type Output } from './output.js';
import { lookOf } from './run-text.js';
import { Screen } from './screen.js';
import { cut } from './table.js';

const barWidth = 24;
/** Ends that the rate is taken of. */
const mostTimes = 200;

/** Shows how a batch goes on: a bar on a terminal, a line for each item that went wrong elsewhere. */
export class BatchProgressBar {
  readonly #output: Output;
  readonly #screen: Screen | undefined;
  readonly #times: number[] = [];
  #ticking: NodeJS.Timeout | undefined;

  constructor(
    output: Output,
    private readonly report: () => BatchReport,
    /** Items in all, where that is known. */
    private readonly total: number | undefined,
  ) {
    this.#output = output;
    if (!output.notesAreLive) return;
    this.#screen = new Screen(output.notes);
    this.#ticking = setInterval(() => this.draw(), 1_000);
    this.#ticking.unref();
  }

  onItem({ key, status, error }: BatchItem<unknown>): void {
    this.#times.push(Date.now());
    if (this.#times.length > mostTimes) this.#times.shift();
    if (status === 'completed') return this.draw();
    this.note(this.#output.paintNote(lookOf(status), oneLine(`${key}: ${status}${error ? `, ${error.message}` : ''}`)));
  }

  /** Writes a line that stays. */
  note(line: string): void {
    if (this.#screen) this.#screen.above(line);
    else this.#output.note(line);
    this.draw();
  }

  draw(): void {
    this.#screen?.draw([cut(barOf(this.report(), this.total, this.#rate()), this.#screen.width)]);
  }

  /** Takes the bar away. */
  close(): void {
    clearInterval(this.#ticking);
    this.#screen?.draw([]);
    this.#screen?.close();
  }

  /** Ends in a second, of late. */
  #rate(): number | undefined {
    const [first] = this.#times;
    if (first === undefined || this.#times.length < 3) return undefined;
    return this.#times.length / Math.max(1, (Date.now() - first) / 1000);
  }
}

/** A batch in one line: a bar, how many have ended, how fast, and how long that leaves. */
export function barOf(report: BatchReport, total: number | undefined, perSecond: number | undefined): string {
  const ended = endedOf(report);
  const all = total ?? report.items;
  const share = all === 0 ? 1 : Math.min(1, ended / all);
  const full = Math.round(share * barWidth);
  const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
  const failed = ended - (report.byStatus.completed ?? 0);
  const parts = [`${bar} ${ended}/${all}`, `${report.live} live`];
  if (failed > 0) parts.push(`${failed} not completed`);
  if (perSecond !== undefined) {
    parts.push(perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`);
    if (ended < all) parts.push(`${formatDuration(((all - ended) / perSecond) * 1000)} left`);
  }
  return parts.join(' · ');
}

/** The report in lines for people. */
export function describeBatch(report: BatchReport): string[] {
  const { key, byStatus, failures, usage, slowest, startedAt, endedAt, stopped, notStarted, skipped } = report;
  const took = (endedAt === undefined ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt);
  const list = (counts: object) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const lines = [`${key}: ${list(byStatus) || 'nothing has ended'}, in ${formatDuration(took)}`];
  if (report.live + report.queued > 0) lines.push(`  ${report.live} live, ${report.queued} waiting`);
  if (skipped) lines.push(`  ${skipped} done before`);
  if (Object.keys(failures).length > 0) lines.push(`  errors: ${list(failures)}`);
  if (usage.credits > 0) lines.push(`  ${usage.credits} credits`);
  if (usage.seconds > 0) lines.push(`  ${formatDuration(usage.seconds * 1000)} at the provider`);
  if (slowest.length > 0)
    lines.push(`  slowest: ${slowest.map((each) => `${each.key} ${formatDuration(each.ms)}`).join(', ')}`);
  if (stopped === 'failures') lines.push(`  stopped after too many failures; ${notStarted ?? 0} not started`);
  if (stopped === 'cancelled') lines.push(`  stopped; ${notStarted ?? 0} not started`);
  return lines;
}

/** How many items have ended. */
export function endedOf({ byStatus }: BatchReport): number {
  return Object.values(byStatus).reduce((sum, count) => sum + count, 0);
}
