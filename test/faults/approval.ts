import { randomUUID } from 'node:crypto';
import { isPerdureError } from '../../src/core/errors.js';
import { wire } from '../../src/core/names.js';
import type { PersonStep, Verdict } from '../../src/core/person-step.js';
import type { Question } from '../../src/core/question.js';
import type { AnswerEvidence, ApprovalEvidence } from './evidence.js';
import { boundOf, slackMs } from './pace.js';
import type { PlannedApproval } from './program.js';
import { within } from './run-end.js';
import type { Stage } from './stage.js';

const between = 200;

/** An answer that comes when the workflow is over is none; of one that Temporal did not take in time nobody knows. */
function unheard(error: unknown): Pick<AnswerEvidence, 'accepted' | 'unsure'> {
  return { accepted: false, ...(!isPerdureError(error, 'question-not-found') && { unsure: true }) };
}

/** Has a user's workflow ask for an approval and people answer it; gives back all that is known of it. */
export async function playApproval(
  { client, perdure, taskQueue }: Stage,
  plan: PlannedApproval,
  now: () => number,
): Promise<ApprovalEvidence> {
  const { name, how, approved, deadlineMs } = plan;
  const step: PersonStep = { name: 'approve', title: `Is ${name} right?`, deadline: deadlineMs };
  const handle = await client.workflow.start('approve', { workflowId: name, taskQueue, args: [step] });
  const id = `${name}~approve`;
  const answers: AnswerEvidence[] = [];
  const give = async (questionId: string, value: boolean | string, decisionId: string = randomUUID()) => {
    const answered = perdure.answer(questionId, value, { by: 'ann', channel: 'faults', decisionId });
    const outcome = await answered.then(({ accepted }) => ({ accepted }), unheard);
    answers.push({ questionId, value, ...outcome, at: now() });
  };
  const acts: Record<PlannedApproval['how'], () => Promise<unknown>> = {
    nobody: () => Promise.resolve(),
    plain: () => give(id, approved),
    early: () => give(id, approved),
    rivals: () => Promise.all([give(id, approved), give(id, !approved)]),
    'same-decision-twice': () => Promise.all([1, 2].map(() => give(id, approved, name))),
    'wrong-question-first': () => give(`${name}~nobody`, !approved).then(() => give(id, approved)),
    'off-schema-first': () => give(id, 'maybe').then(() => give(id, approved)),
    'late-again': () => give(id, approved).then(() => give(id, !approved)),
    claimed: () => give(id, approved),
    'claim-abandoned': () => give(id, approved),
  };
  const asked = () =>
    handle.query<Question[]>(wire.questions).then(
      (questions) => questions.length > 0,
      () => false,
    );
  while (how !== 'early' && !(await asked())) await new Promise((resolve) => setTimeout(resolve, between));
  await acts[how]();
  const bound = boundOf(deadlineMs) + slackMs;
  const verdict: Verdict | undefined = await within(bound, handle.result() as Promise<Verdict>);
  if (!verdict) await handle.terminate('over its bound').catch(() => undefined);
  return { plan, verdict, questions: await handle.query<Question[]>(wire.questions).catch(() => []), answers };
}
