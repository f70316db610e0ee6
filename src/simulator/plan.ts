import type {
  Ending,
  PlainQuestion,
  ReportedStatus,
  ResultSource,
  RunScript,
  ScriptBuilder,
  ScriptedDownload,
} from './script.js';
import { textMatches } from './match.js';
import type { Run } from './run.js';
import { minimalValue } from './schema-value.js';

/** A run's script with every default filled in, and what is to be told as it goes along. */
export interface RunPlan {
  readonly startsAfterMs: number;
  /** Infinity when it never ends by itself. */
  readonly lastsMs: number;
  readonly ending: Ending;
  readonly asks: readonly PlainQuestion[];
  readonly reports: readonly ReportedStatus[];
  readonly downloads: readonly ScriptedDownload[];
  readonly steps: number;
  readonly credits: number;
  readonly tokens: number;
  readonly listedAfterMs: number;
  readonly stopTakesMs: number;
  readonly ignoresStop: boolean;
  readonly result: (run: ResultSource) => unknown;
  readonly newQuestionId: () => string;
  readonly onBegin: (run: Run, at: number) => void;
  readonly onAsk: (run: Run, at: number) => void;
  readonly onEnd: (run: Run, at: number) => void;
}

/** The start that a script is looked for. */
export interface PlannedStart {
  readonly endpoint: string;
  readonly text: string;
  readonly nth: number;
  readonly schema: unknown;
  readonly mayAsk: boolean;
  readonly listLagMs: number;
}

type ResultMaker = RunPlan['result'];

function matches(script: RunScript, start: PlannedStart): boolean {
  if (script.on !== '*' && script.on !== start.endpoint) return false;
  return (script.nth === undefined || script.nth === start.nth) && textMatches(script, start.text);
}

/** The scripts that match, laid over each other in the order in which they were given. */
export function mergedScript(
  scripts: readonly Pick<ScriptBuilder, 'script' | 'resultOf'>[],
  start: PlannedStart,
): { merged: Partial<RunScript>; resultOf: ResultMaker | undefined } {
  const merged: Partial<RunScript> = {};
  let resultOf: ResultMaker | undefined;
  for (const builder of scripts) {
    if (!matches(builder.script, start)) continue;
    // A length ends what an earlier script let go on for ever.
    Object.assign(merged, builder.script.lastsMs !== undefined && { endless: false }, builder.script);
    if (builder.resultOf) resultOf = builder.resultOf;
    else if (builder.script.result !== undefined) resultOf = undefined;
  }
  return { merged, resultOf };
}

const slowToStart = new Set(['anchor.task', 'browserbase.agentRun']);

/** Fills the defaults in. */
export function plainPlan(
  merged: Partial<RunScript>,
  resultOf: ResultMaker | undefined,
  start: PlannedStart,
): Omit<RunPlan, 'newQuestionId' | 'onBegin' | 'onAsk' | 'onEnd'> {
  const lastsMs = merged.endless ? Infinity : (merged.lastsMs ?? 3000);
  const steps = merged.steps ?? (Number.isFinite(lastsMs) ? Math.max(1, Math.ceil(lastsMs / 2000)) : 0);
  const fixed = 'result' in merged ? merged.result : defaultResult(start);
  return {
    startsAfterMs: Math.min(merged.startsAfterMs ?? (slowToStart.has(start.endpoint) ? 500 : 0), lastsMs),
    lastsMs,
    ending: merged.ending ?? { kind: 'completed' },
    asks: start.mayAsk ? (merged.asks ?? []) : [],
    reports: merged.reports ?? [],
    downloads: merged.downloads ?? [],
    steps,
    credits: merged.credits ?? steps / 100,
    tokens: merged.tokens ?? steps * 500,
    listedAfterMs: merged.listedAfterMs ?? start.listLagMs,
    stopTakesMs: merged.stopTakesMs ?? 500,
    ignoresStop: merged.ignoresStop ?? false,
    result: resultOf ?? (() => fixed),
  };
}

function defaultResult(start: PlannedStart): unknown {
  if (typeof start.schema === 'object' && start.schema !== null) return minimalValue(start.schema);
  return { summary: 'Done, as the simulator does it' };
}
