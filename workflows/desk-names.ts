/** Where a workflow's desk is kept on its global object. */
export const deskProperty = 'perdureDesk';

/** The memo field in which a workflow's questions go over to its next execution. */
export const questionsMemo = 'perdureQuestions';
