import type { Question } from '../core/question.js';
import type { RunReport } from '../core/run.js';
import type { Follower } from './follow.js';
import type { Output } from './output.js';
import { describeQuestion, lookOf, reportLine } from './run-text.js';
import { Screen } from './screen.js';
import { cut } from './table.js';

/** Shows how a run goes on: one line that changes on a terminal, a line for each change elsewhere. */
export class Progress implements Follower {
  readonly #output: Output;
  readonly #screen: Screen | undefined;
  #report: RunReport | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #told = '';

  constructor(output: Output) {
    this.#output = output;
    if (!output.notesAreLive) return;
    this.#screen = new Screen(output.notes);
    this.#ticking = setInterval(() => this.#draw(), 1_000);
    this.#ticking.unref();
  }

  onReport(report: RunReport): void {
    this.#report = report;
    if (this.#screen) return this.#draw();
    const { status, providerStatus, runId, sessionId } = report;
    const told = [status, providerStatus, runId, sessionId].join();
    if (told !== this.#told) this.#output.note(reportLine(report));
    this.#told = told;
  }

  onQuestion(question: Question): void {
    for (const line of describeQuestion(question, (look, text) => this.#output.paintNote(look, text))) this.note(line);
  }

  /** Writes a line that stays. */
  note(line: string): void {
    if (this.#screen) this.#screen.above(line);
    else this.#output.note(line);
    this.#draw();
  }

  /** Takes the changing line away. */
  close(): void {
    clearInterval(this.#ticking);
    this.#screen?.draw([]);
    this.#screen?.close();
  }

  #draw(): void {
    if (!this.#screen || !this.#report) return;
    const line = cut(reportLine(this.#report), this.#screen.width);
    this.#screen.draw([this.#output.paintNote(lookOf(this.#report.status), line)]);
  }
}
