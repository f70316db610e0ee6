import { z } from 'zod';
import { anchorAgents, anchorModelProviders } from '../core/anchor-input.js';
import { address, anchorSession, anchorSessionConfig } from './anchor-session.js';
import { jsonObject, sentObject } from './json.js';
import { secretRef, textOrSecret } from './secret.js';

const someText = z.string().refine((text) => text.trim() !== '', { params: { expected: 'a text that is not empty' } });

/** An id goes into the path of a URL, where `..` and slashes would lead elsewhere. */
const id = z.string().regex(/^(?!\.{1,2}$)[^\s/\\?#]{1,300}$/, { error: 'an id without spaces and slashes' });

const asynchronous = z.custom<true>((value) => value === true, {
  params: {
    expected: 'true, or nothing',
    hint: 'Perdure starts every run in its asynchronous form: a call that blocks can be neither watched nor recovered.',
  },
});

const additions = {
  session: z.union([z.literal('provider'), anchorSession]).optional(),
  extra: sentObject.optional(),
};

const agentOptions = {
  prompt: someText,
  agent: z.enum(anchorAgents).optional(),
  model: z.string().optional(),
  detect_elements: z.boolean().optional(),
  highlight_elements: z.boolean().optional(),
  human_intervention: z.boolean().optional(),
  max_steps: z.int().min(1).optional(),
  secret_values: z.record(z.string(), secretRef).optional(),
  output_schema: jsonObject.optional(),
};

interface SessionChoice {
  session?: unknown;
}

/** Issues of the rule that a run has one session: Perdure's, the provider's or the caller's. */
function oneSession(input: SessionChoice, callers: string, context: z.RefinementCtx): void {
  if (input.session === undefined || Reflect.get(input, callers) === undefined) return;
  const params = {
    expected: `no session beside ${callers}`,
    hint: `With ${callers} the run takes place in a session of yours, which Perdure neither configures nor ends; leave one of the two out.`,
  };
  context.addIssue({ code: 'custom', path: ['session'], params });
}

/** Issues of the rule that the caller's own session is left open, whatever the provider's default. */
function keepsCallersSession(input: object, callers: string, cleanup: string, context: z.RefinementCtx): void {
  if (Reflect.get(input, callers) === undefined || Reflect.get(input, cleanup) !== true) return;
  const params = {
    expected: `false, or nothing, beside ${callers}`,
    hint: `A session of yours is never ended by Perdure; end it yourself, or leave ${callers} out.`,
  };
  context.addIssue({ code: 'custom', path: [cleanup], params });
}

/** Issues of the rule that questions need a session that Perdure can look into. */
function canBeAsked(input: { session?: unknown; human_intervention?: unknown }, context: z.RefinementCtx): void {
  if (input.session !== 'provider' || input.human_intervention !== true) return;
  const params = {
    expected: "no human_intervention beside session: 'provider'",
    hint: 'Nobody could see the question: let Perdure open the session, or give one of yours.',
  };
  context.addIssue({ code: 'custom', path: ['human_intervention'], params });
}

/** Input of `anchor.webTask`. */
export const webTaskInput = z
  .strictObject({
    ...agentOptions,
    ...additions,
    sessionId: id.optional(),
    url: address.optional(),
    provider: z.enum(anchorModelProviders).optional(),
    async: asynchronous.optional(),
  })
  .superRefine((input, context) => {
    oneSession(input, 'sessionId', context);
    canBeAsked(input, context);
  });

/** Input of `anchor.sessionAgent`. */
export const sessionAgentInput = z
  .strictObject({ ...agentOptions, ...additions, session_id: id.optional(), provider: z.string().optional() })
  .superRefine((input, context) => {
    oneSession(input, 'session_id', context);
    if (input.session !== 'provider') return;
    const params = {
      expected: 'a session configuration, or nothing',
      hint: 'This endpoint runs in a session that exists: give session_id, or let Perdure open one.',
    };
    context.addIssue({ code: 'custom', path: ['session'], params });
  });

/** Input of `anchor.task`. */
export const taskInput = z
  .strictObject({
    ...additions,
    taskId: id,
    input_params: z.record(z.string(), textOrSecret),
    identity_id: z.string().optional(),
    session_id: id.optional(),
    cleanup_sessions: z.boolean().optional(),
    version: z.string().optional(),
    identity_skip_validation: z.boolean().optional(),
  })
  .superRefine((input, context) => {
    oneSession(input, 'session_id', context);
    keepsCallersSession(input, 'session_id', 'cleanup_sessions', context);
  });

/** Input of `anchor.namedTask`. */
export const namedTaskInput = z
  .strictObject({
    ...additions,
    taskName: z.string().regex(/^[a-zA-Z0-9_-]+$/, { error: "a name of letters, digits, '_' and '-'" }),
    sessionId: z.guid({ error: 'a UUID' }).optional(),
    async: asynchronous.optional(),
    overrideBrowserConfiguration: anchorSessionConfig.optional(),
    inputs: z
      .record(z.string().regex(/^ANCHOR_/, { error: "one that begins with 'ANCHOR_'" }), textOrSecret)
      .optional(),
    cleanupSessions: z.boolean().optional(),
  })
  .superRefine((input, context) => {
    oneSession(input, 'sessionId', context);
    keepsCallersSession(input, 'sessionId', 'cleanupSessions', context);
    if (typeof input.session !== 'object' || input.overrideBrowserConfiguration === undefined) return;
    const params = {
      expected: 'no session beside overrideBrowserConfiguration',
      hint: 'Both configure the session that Perdure opens; leave one of the two out.',
    };
    context.addIssue({ code: 'custom', path: ['session'], params });
  });
