export { type CheckedPlan, checkPlan, parsePlan } from './check.js';
export { isPlanError, PlanError, type PlanProblem, problemLine } from './problem.js';
export { planJsonSchema } from './schema.js';
export { mostPlanBytes } from './source.js';
