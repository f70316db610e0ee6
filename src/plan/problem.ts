import { PerdureError } from '../core/errors.js';
import { formatPath, type Path } from '../schemas/given.js';
import type { Problem } from '../schemas/problem.js';

/** Where something stands in a text; both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** One thing that is wrong with a plan. */
export interface PlanProblem extends Problem, Partial<Position> {
  /** As it was called in the check. */
  file?: string;
}

/** A problem by its path, before it is known where that stands. */
export interface Fault {
  path: Path;
  reason: string;
  hint?: string;
  /** Where it stands, if not where its path does. */
  position?: Position;
}

const mostTold = 10;
const mostHints = 3;

/** The error of a plan that can't be used: `bad-input`, with all that is wrong. */
export class PlanError extends PerdureError {
  readonly problems: readonly PlanProblem[];

  constructor(problems: readonly PlanProblem[], what: string) {
    const lines = problems.slice(0, mostTold).map((problem) => `\n  - ${problemLine(problem)}`);
    if (problems.length > mostTold) lines.push(`\n  - and ${problems.length - mostTold} more`);
    const hints = [...new Set(problems.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))];
    super({
      code: 'bad-input',
      message: `${what} can't be used:${lines.join('')}`,
      ...(hints.length > 0 && { hint: hints.slice(0, mostHints).join(' ') }),
    });
    this.problems = problems;
  }
}

/** Whether an error tells what is wrong with a plan, and where. */
export function isPlanError(error: unknown): error is PlanError {
  return error instanceof PerdureError && 'problems' in error && Array.isArray(error.problems);
}

/** A problem in one line: `plan.yaml:12:9 steps[1].wait: expected …`. */
export function problemLine({ file, line, column, path, reason }: PlanProblem): string {
  const place = line === undefined ? file : `${file ?? 'line '}${file === undefined ? '' : ':'}${line}:${column}`;
  const told = path === '' ? reason : `${path}: ${reason}`;
  return place === undefined ? told : `${place} ${told}`;
}

/** The problem of a fault. */
export function problemOf({ path, reason, hint }: Fault, position?: Position, file?: string): PlanProblem {
  return {
    ...(file !== undefined && { file }),
    ...position,
    path: formatPath(path),
    reason,
    ...(hint !== undefined && { hint }),
  };
}
