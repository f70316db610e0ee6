import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { defineSearchAttributeKey, type Payload, TypedSearchAttributes } from '@temporalio/common';
import { endpointFlags } from '../core/endpoints.js';
import { PerdureError } from '../core/errors.js';
import { readMark } from '../core/mark.js';
import { attributeOf, deadlineMemo, runWorkflowId } from '../core/names.js';
import { asksAboutStart, type Question, startChoices } from '../core/question.js';
import { isFinal, type Adoption, type Outcome, type RunInput, refuseRunId } from '../core/run.js';
import { endsBy } from '../core/timings.js';
import type { RunHandle } from './run-handle.js';

/** Who names the run, and through what. */
export interface AdoptOptions {
  /** Who found it, for the trail. */
  by: string;
  /** Default `client`. */
  channel?: string;
}

/** Takes a run at the provider for the one of a key: as the answer to the key's question, or by a workflow that goes on with it. */
export async function adoptRun(client: Client, handle: RunHandle, runId: string, options: AdoptOptions): Promise<void> {
  const { key } = handle;
  const { status } = await handle.status();
  if (!isFinal(status)) return answerStart(handle, runId, options);
  const outcome = await handle.outcome();
  if (outcome.status !== 'unknown') throw refused(key, `it ended ${outcome.status}`);
  if (endpointFlags[outcome.endpoint].blockingStart)
    throw refused(key, 'the only handle of such a run is the call that was lost');
  const why = refuseRunId(outcome.endpoint, runId);
  if (why) throw refused(key, why);
  await restart(client, outcome, runId);
}

async function answerStart(handle: RunHandle, runId: string, options: AdoptOptions): Promise<void> {
  const question = (await handle.questions()).find((each) => each.state === 'open' && asksAboutStart(each));
  if (!question) throw refused(handle.key, 'it goes on, and asks nothing about its start');
  if (!mayAdopt(question)) throw refused(handle.key, 'the only handle of such a run is the call that was lost');
  const verdict = await handle.answer(question.id, { decision: startChoices.adopt, runId }, options);
  if (!verdict.accepted) throw refused(handle.key, `the answer was not taken: ${verdict.reason}`);
}

function mayAdopt({ form }: Question): boolean {
  const decision = form.kind === 'fields' ? form.fields.find(({ name }) => name === 'decision') : undefined;
  return decision?.options?.includes(startChoices.adopt) === true;
}

async function restart(client: Client, outcome: Outcome, runId: string): Promise<void> {
  const handle = client.workflow.getHandle(runWorkflowId(outcome.key));
  const description = await handle.describe();
  const started = await readStart(client, description);
  const mark = attributeOf(description.typedSearchAttributes, 'PerdureMark');
  const before = started.input.adopt;
  const adopt: Adoption = {
    runId,
    sessionId: outcome.provider.sessionId,
    firstExecution: before?.firstExecution ?? started.firstExecution,
    generation: readMark(mark ?? '')?.generation,
  };
  try {
    await client.workflow.start<(input: RunInput) => Promise<Outcome>>('agentRun', {
      workflowId: description.workflowId,
      taskQueue: description.taskQueue,
      args: [{ ...started.input, adopt }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      memo: { ...description.memo, [deadlineMemo]: endsBy(started.input.timings, Date.now()) },
      typedSearchAttributes: attributesOf(description),
      staticSummary: outcome.endpoint,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw refused(outcome.key, 'somebody else took it up in this moment');
  }
}

interface Start {
  input: RunInput;
  firstExecution: string;
}

/** What the run was started with, from the first event of its history. */
async function readStart(client: Client, { workflowId, runId }: WorkflowExecutionDescription): Promise<Start> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const event = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [payload] = event?.input?.payloads ?? [];
  if (!payload) throw refused(workflowId, 'the first event of its history is gone');
  const input = await decodeInput(client, payload);
  return { input, firstExecution: event?.firstExecutionRunId || runId };
}

async function decodeInput({ options: { loadedDataConverter } }: Client, payload: Payload): Promise<RunInput> {
  const { payloadCodecs, payloadConverter } = loadedDataConverter;
  let payloads = [payload];
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
  return payloadConverter.fromPayload<RunInput>(payloads[0] ?? payload);
}

/** Those of the run that ended, with its mark, so that no sweep takes its run for one that was left behind. */
function attributesOf({ typedSearchAttributes }: WorkflowExecutionDescription): TypedSearchAttributes {
  const kept = typedSearchAttributes.getAll().filter(({ key }) => !ownState.includes(key.name));
  return new TypedSearchAttributes([
    ...kept,
    { key: defineSearchAttributeKey('PerdureStatus', 'KEYWORD'), value: 'queued' },
  ]);
}

const ownState = ['PerdureStatus', 'PerdureWaiting', 'BuildIds', 'TemporalChangeVersion'];

function refused(key: string, why: string): PerdureError {
  return new PerdureError({
    code: 'adopt-refused',
    message: `The run of the key '${key}' takes up none: ${why}.`,
    hint: `See how it stands: npx perdure show ${key}. Only a run that asks about its start, or ended unknown, takes one up.`,
  });
}
