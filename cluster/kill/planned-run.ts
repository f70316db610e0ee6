import { type AgentSpec, anchor, browserbase } from '../../src/core/builders.js';
import { endpointNames, type EndpointName } from '../../src/core/endpoints.js';
import { script, type ScriptBuilder } from '../../src/simulator/index.js';

/** One of the runs that have to survive. */
export interface PlannedRun {
  key: string;
  /** Stands in what is asked of the provider, and in nothing else. */
  text: string;
  endpoint: EndpointName;
  lastsMs: number;
  /** Whether its agent asks a person once. */
  asks: boolean;
}

const shortestMs = 12_000;
const longestMs = 40_000;
/** A fraction whose multiples are spread evenly over every range. */
const golden = 0.618_033_988_7;

/** So many runs over all endpoints in turn, their lengths spread evenly; every third that may ask does. */
export function planRuns(count: number): PlannedRun[] {
  return Array.from({ length: count }, (_, index) => {
    const endpoint = endpointNames[index % endpointNames.length] ?? 'anchor.webTask';
    const name = String(index).padStart(4, '0');
    const lastsMs = Math.round(shortestMs + ((index * golden) % 1) * (longestMs - shortestMs));
    const mayAsk = endpoint === 'anchor.webTask' || endpoint === 'browserbase.agentRun';
    return { key: `cluster/${name}`, text: `Cluster ${name};`, endpoint, lastsMs, asks: mayAsk && index % 3 === 0 };
  });
}

/** What a run has to give. */
export function resultOf({ key }: PlannedRun): { done: string } {
  return { done: key };
}

/** How the simulated provider lets a run live. */
export function lifeOf(run: PlannedRun): ScriptBuilder {
  const life = script(run.endpoint, { text: run.text }).lasts(run.lastsMs).returns(resultOf(run));
  return run.asks ? life.asks({ message: 'Which one do you mean?', after: '4 s' }) : life;
}

/** The agent of a run. */
export function agentOf({ endpoint, text, asks }: PlannedRun): AgentSpec {
  switch (endpoint) {
    case 'anchor.webTask':
      return anchor.webTask({ prompt: text, ...(asks && { human_intervention: true }) });
    case 'anchor.sessionAgent':
      return anchor.sessionAgent({ prompt: text });
    case 'anchor.task':
      return anchor.task({ taskId: 'task-1', input_params: { Note: text } });
    case 'anchor.namedTask':
      return anchor.namedTask({ taskName: 'invoices', inputs: { ANCHOR_NOTE: text } });
    case 'browserbase.agentRun':
      return browserbase.agentRun({ task: text, ...(asks && { pauseWhen: 'something is unclear' }) });
  }
}
