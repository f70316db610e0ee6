import { z } from 'zod';
import type { Json } from '../../core/json.js';
import { anyId, anyJson, maybeId, maybeNumber, maybeReason, maybeText } from '../border.js';
import { inData } from './session-schemas.js';

const maybeJson = anyJson.nullish().transform((value) => value ?? undefined);

/** Answer to the start of a web task: a handle, or the result where the task was run at once. */
export interface WebTaskStarted {
  workflowId?: string;
  status: string;
  result?: Json;
}

export const webTaskStartAnswer = inData(
  z.looseObject({ workflow_id: maybeId, status: maybeText, result: maybeJson }).transform((data, context) => {
    if (data.workflow_id === undefined && data.result === undefined) {
      context.addIssue({ code: 'custom', message: 'neither a workflow_id nor a result' });
      return z.NEVER;
    }
    const status = data.status ?? (data.workflow_id === undefined ? 'COMPLETED' : 'RUNNING');
    return { workflowId: data.workflow_id, status, result: data.result } satisfies WebTaskStarted;
  }),
);

/** How a run stands, in the provider's own word, with its result where it has one. */
export interface AnchorRunState {
  status: string;
  result?: Json;
  error?: string;
}

export const webTaskStatusAnswer = inData(
  z
    .looseObject({ status: z.string(), result: maybeJson, error: maybeReason })
    .transform(({ status, result, error }): AnchorRunState => ({ status, result, error })),
);

export interface TaskRunState extends AnchorRunState {
  runId: string;
  sessionId?: string;
}

export const taskRunAnswer = inData(
  z
    .looseObject({ run_id: anyId, status: z.string(), result: maybeJson, error: maybeReason, session_id: maybeId })
    .transform(
      ({ run_id: runId, status, result, error, session_id: sessionId }): TaskRunState => ({
        runId,
        status,
        result,
        error,
        sessionId,
      }),
    ),
  'run_id',
);

/** Answer to the start of a legacy task; with `executionId` missing, the run goes on all the same. */
export interface LegacyTaskStarted {
  taskId: string;
  executionId?: string;
  success: boolean;
  /** False when the answer is already the end of the run. */
  async: boolean;
  output?: Json;
  error?: string;
}

export const legacyStartAnswer = inData(
  z
    .looseObject({
      taskId: anyId,
      executionResultId: maybeId,
      success: z.boolean().nullish(),
      async: z.boolean().nullish(),
      message: maybeReason,
      output: maybeJson,
      error: maybeReason,
    })
    .transform((data): LegacyTaskStarted => {
      const { taskId, executionResultId: executionId, output } = data;
      const success = data.success !== false && data.error === undefined;
      const ended = output !== undefined && executionId === undefined;
      const error = success ? undefined : (data.error ?? data.message);
      return { taskId, executionId, success, async: data.async ?? !ended, output, error };
    }),
);

/** One execution of a legacy task. */
export interface LegacyExecution extends AnchorRunState {
  id: string;
  /** ISO 8601; undefined while it is queued. */
  startTime?: string;
}

const execution = z
  .looseObject({ id: anyId, status: z.string(), output: maybeJson, errorMessage: maybeReason, startTime: maybeText })
  .transform(
    ({ id, status, output, errorMessage, startTime }): LegacyExecution => ({
      id,
      status,
      result: output,
      error: errorMessage,
      startTime,
    }),
  );

export const executionAnswer = inData(execution);

export const executionListAnswer = inData(
  z
    .looseObject({
      results: z.array(execution),
      pagination: z.looseObject({ totalPages: maybeNumber }).nullish(),
    })
    .transform(({ results, pagination }) => ({ executions: results, totalPages: pagination?.totalPages ?? 1 })),
);

const maybeObject = z.record(z.string(), anyJson);

/** Answer of the call that blocks, which is a free object: what is recognised of it. */
export interface AgentAnswer {
  status?: string;
  result?: Json;
  error?: string;
}

/** Looks for `result`, `status`, `success` and `error` in the object itself and in its `data`, in this order. */
export const agentAnswer = anyJson.transform((body): AgentAnswer => {
  const outer = maybeObject.safeParse(body).data;
  if (outer === undefined) return { result: body };
  const inner = maybeObject.safeParse(outer.data).data ?? {};
  const pick = (name: string) => outer[name] ?? inner[name];
  const { data: error } = maybeReason.safeParse(pick('error'));
  const status = pick('status');
  const failed = pick('success') === false || error !== undefined;
  const known = ['result', 'status', 'success', 'error', 'data'].some((name) => outer[name] !== undefined);
  const result = pick('result') ?? (known ? (outer.data ?? undefined) : body);
  return { status: typeof status === 'string' ? status : failed ? 'failed' : undefined, result, error };
});
