import { assertTold } from '../../client/questions.js';
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
    const waiting = await perdure.waiting(assignee === undefined ? {} : { assignee, groups: [...groups] });
    assertTold(waiting);
    const { questions: open, silent } = waiting;
    for (const question of open) {
      const [first, ...rest] = describeQuestion(question, (look, text) => output.paint(look, text));
      output.say([`${first}  ${output.paint('dim', `${since(question.askedAt)} ago`)}`, ...rest].join('\n'));
    }
    if (open.length === 0) output.note('No questions wait.');
    if (silent.length > 0) output.note(`Not asked, since no worker told in time: ${silent.join(', ')}`);
    output.data({ questions: open, ...(silent.length > 0 && { silent }) });
    return exits.done;
  });
}
