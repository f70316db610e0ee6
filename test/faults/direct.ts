import type { Fault } from '../../src/simulator/fault.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { contentsOf, resultOf } from './expected-result.js';
import type { PlannedFault, PlannedRun, Program } from './program.js';

/** Tells the simulator how the runs of a program live and what goes wrong. */
export function directProviders(simulator: Simulator, { runs, faults, job }: Program): void {
  for (const run of runs) direct(simulator, run);
  for (const fault of faults) simulator.fault(faultOf(simulator, fault, runs));
  const targets = job?.steps.flatMap((step) => step.targets) ?? [];
  for (const target of targets) direct(simulator, target, job?.files);
  for (const fault of job?.faults ?? []) simulator.fault(faultOf(simulator, fault, targets));
}

function direct(simulator: Simulator, run: PlannedRun, files = 0): void {
  const { endpoint, name, life } = run;
  const script = simulator.on(endpoint, { text: name }).lasts(life.lastsMs);
  if (life.ending === 'completed') script.returns(resultOf(run));
  else if (life.ending === 'failed') script.fails('The page was gone');
  else script.neverEnds();
  if (files > 0) script.downloads(...contentsOf(run, files).map((content) => ({ name: 'file.txt', content })));
  if (life.listedAfterMs > 0) script.isListedAfter(life.listedAfterMs);
  if (life.odd) script.reports(life.odd.status, { from: life.odd.fromMs, lasting: life.odd.forMs });
  for (const [index, { kind, afterMs }] of life.asks.entries()) {
    const fields = kind === 'fields' ? [{ name: 'note', label: 'Note', required: true }] : undefined;
    script.asks({ kind, message: `Question ${index + 1} of ${name}`, after: afterMs, ...(fields && { fields }) });
  }
}

function faultOf({ clock }: Simulator, planned: PlannedFault, runs: readonly PlannedRun[]): Fault {
  const { run: index, retryAfter, ...fault } = planned;
  const run = index === undefined ? undefined : runs[index];
  return {
    ...fault,
    ...(run && { text: run.name }),
    ...(retryAfter !== undefined && { retryAfter: retryAfter === 'date' ? new Date(clock.now() + 2_000) : retryAfter }),
  };
}
