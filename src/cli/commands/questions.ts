import { withPerdure } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { describeQuestion, since } from '../run-text.js';

/** What `perdure questions` is given. */
export interface QuestionsOptions {
  assignee?: string;
}

/** Lists the questions that wait for a person, those with the earliest deadline first. */
export function questions(context: CommandContext, { assignee }: QuestionsOptions): Promise<number> {
  const { output } = context;
  return withPerdure(context, async (perdure, { reviewers }) => {
    const { groups = [] } = (assignee !== undefined && reviewers.value[assignee]) || {};
    const open = await perdure.questions(assignee === undefined ? {} : { assignee, groups: [...groups] });
    for (const question of open) {
      const [first, ...rest] = describeQuestion(question, (look, text) => output.paint(look, text));
      output.say([`${first}  ${output.paint('dim', `${since(question.askedAt)} ago`)}`, ...rest].join('\n'));
    }
    if (open.length === 0) output.note('No questions wait.');
    output.data({ questions: open });
    return exits.done;
  });
}
