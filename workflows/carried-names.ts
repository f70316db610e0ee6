/** Where a workflow's desk is kept on its global object. */
export const deskProperty = 'perdureDesk';

/** Where a workflow's budget is kept on its global object. */
export const purseProperty = 'perdurePurse';

/** The memo field in which a workflow's questions go over to its next execution. */
export const questionsMemo = 'perdureQuestions';

/** The memo field in which a workflow's budget goes over to its next execution. */
export const budgetMemo = 'perdureBudget';

/** The memo field that names, in a workflow beneath one that has a budget, the one that has it. */
export const budgetOwnerMemo = 'perdureBudgetOwner';
