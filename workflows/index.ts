/**
 * In workflow code: agents, persons, files, batches and budgets as steps; safe in the sandbox of Temporal.
 * @module perdure/workflow
 */

export { anchor, browserbase } from '../src/core/builders.js';
export type { Approval, PersonStep, Trail, Verdict } from '../src/core/person-step.js';
export type { Escalation, QuestionOptions } from '../src/core/run.js';
export type { SavedFile, SaveFilesOptions } from '../src/core/files.js';
export type { Amounts, Budget, BudgetKind } from '../src/core/budget.js';
export type { AnswerMessage } from '../src/core/question.js';
export { secret } from '../src/core/secret.js';
export type { BatchReport, StopOn } from '../src/core/batch.js';
export {
  type AgentStep,
  type SchemaRef,
  schema,
  type StepOptions,
  type Targets,
} from '../src/core/step.js';
export type { RunTerms, Target } from '../src/core/run-terms.js';
export { askPerson } from './ask-person.js';
export { account } from './account.js';
export { agentRun, changedSignal, statusQuery } from './agent-run.js';
export { answerSignal, answerUpdate, questionsQuery } from './answers.js';
export { budgetLeft, setBudget } from './purse.js';
export { batch, type BatchOutcome, type BatchStep, type BatchTerms, type EndedItem } from './batch.js';
export { batchRun } from './batch-run.js';
export { notice } from './notice.js';
export { plan } from './plan.js';
export { sweep } from './sweep.js';
export { saveFiles } from './save-files.js';
export { runAgent, runAgentOutcome } from './run-agent.js';
export { watcher } from './watcher.js';
