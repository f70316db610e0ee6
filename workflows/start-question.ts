import { type EndpointName, endpointFlags } from '../src/core/endpoints.js';
import type { Json } from '../src/core/json.js';
import { type ProviderQuestion, startChoices, startQuestionId } from '../src/core/question.js';
import { refuseRunId } from '../src/core/run.js';

/** What a person decides about a lost start. */
export type Decision = { kind: 'adopt'; runId: string } | { kind: 'again' } | { kind: 'give-up' };

const { adopt: adoptRun, again, giveUp } = startChoices;

/** What helps a person to find what was started. */
export interface StartTrace {
  generation: number;
  /** What the start carries at the provider: as a tag of its session, or in its text. */
  mark: string;
  sessionId: string | undefined;
  /** ISO 8601. */
  startedAt: string | undefined;
  /** What the start met in place of an answer. */
  problem: string;
}

/** The question of a start of which nobody knows what became. */
export function adoptionQuestion(endpoint: EndpointName, start: StartTrace): ProviderQuestion {
  // A run whose only handle is its call can't be taken up.
  const options = endpointFlags[endpoint].blockingStart ? [again, giveUp] : [adoptRun, again, giveUp];
  const { generation, mark, sessionId, startedAt, problem } = start;
  const traces = [
    `mark ${mark}`,
    ...(sessionId === undefined ? [] : [`session ${sessionId}`]),
    ...(startedAt === undefined ? [] : [`sent at ${startedAt} or soon after`]),
  ];
  return {
    providerId: startQuestionId(generation),
    message: `The answer to the start was lost, and the run could not be found. Look for it at the provider (${traces.join(', ')}): ${options.join(', ')}? What was met: ${problem}`,
    form: {
      kind: 'fields',
      fields: [
        { name: 'decision', label: 'What is to be done?', required: true, type: 'text', options },
        { name: 'runId', label: `The run's id at the provider, for '${adoptRun}'`, required: false, type: 'text' },
      ],
    },
  };
}

/** Why a decision can't be carried out; undefined when it can. */
export function refuseDecision(endpoint: EndpointName, answer: Json): string | undefined {
  const decision = readDecision(answer);
  if (!decision) return `To '${adoptRun}', give the run's id at the provider in runId.`;
  const why = decision.kind === 'adopt' ? refuseRunId(endpoint, decision.runId) : undefined;
  return why && `The run can't be taken up: ${why}.`;
}

/** What an answer to it decides; undefined when an adoption names no run. */
export function readDecision(answer: Json): Decision | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  if (answer.decision === again) return { kind: 'again' };
  if (answer.decision === giveUp) return { kind: 'give-up' };
  return typeof answer.runId === 'string' && answer.runId !== '' ? { kind: 'adopt', runId: answer.runId } : undefined;
}
