import { z } from 'zod';
import type { AgentSpec, EndpointInputs } from '../core/builders.js';
import type { EndpointName } from '../core/endpoints.js';
import { mostAgentBytes } from '../core/run-terms.js';
import { namedTaskInput, sessionAgentInput, taskInput, webTaskInput } from './anchor-input.js';
import { agentRunInput } from './browserbase-input.js';
import { extraFields, refuseExtra } from './extra.js';
import { formatBytes, jsonBytes } from './limits.js';

/** The schema of each endpoint's input. */
export const agentInputs = {
  'anchor.webTask': webTaskInput,
  'anchor.sessionAgent': sessionAgentInput,
  'anchor.task': taskInput,
  'anchor.namedTask': namedTaskInput,
  'browserbase.agentRun': agentRunInput,
} as const satisfies { [E in EndpointName]: z.ZodObject & z.ZodType<EndpointInputs[E]> };

/** One agent run to be started: what a builder records. */
export const agent = z
  .discriminatedUnion('endpoint', [
    z.strictObject({ endpoint: z.literal('anchor.webTask'), input: agentInputs['anchor.webTask'] }),
    z.strictObject({ endpoint: z.literal('anchor.sessionAgent'), input: agentInputs['anchor.sessionAgent'] }),
    z.strictObject({ endpoint: z.literal('anchor.task'), input: agentInputs['anchor.task'] }),
    z.strictObject({ endpoint: z.literal('anchor.namedTask'), input: agentInputs['anchor.namedTask'] }),
    z.strictObject({ endpoint: z.literal('browserbase.agentRun'), input: agentInputs['browserbase.agentRun'] }),
  ])
  .superRefine((spec: AgentSpec, context) => {
    for (const field of extraFields(spec.input)) {
      const params = refuseExtra(spec.endpoint, spec.input, field);
      if (params) context.addIssue({ code: 'custom', path: ['input', 'extra', field], params });
    }
    if (jsonBytes(spec) > mostAgentBytes) {
      const params = { expected: `at most ${formatBytes(mostAgentBytes)} as JSON` };
      context.addIssue({ code: 'custom', path: ['input'], params });
    }
  });
