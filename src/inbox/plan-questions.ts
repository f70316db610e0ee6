import { runWorkflowId } from '../core/names.js';
import { planWorkflowId } from '../core/plan.js';
import { type Question, workflowOfQuestion } from '../core/question.js';
import type { Desk } from './desk.js';

/** The questions that a plan waits with: its own, and those of its runs. */
export async function planQuestions({ options, ask }: Desk, key: string): Promise<Question[]> {
  const own = planWorkflowId(key);
  const ofRuns = runWorkflowId(`${own}/`);
  const { questions } = await ask(() => options.perdure.waiting());
  return questions.filter(({ id }) => {
    const workflowId = workflowOfQuestion(id) ?? '';
    return workflowId === own || workflowId.startsWith(ofRuns);
  });
}
