import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { runOfActivity } from './run-of-activity.js';

/**
 * Has every line that is logged of one of Perdure's activities say which run it is of. The SDK's own `Activity started`
 * comes before the input is there that says endpoint and account.
 */
export function logActivity({ info }: Context): ActivityInterceptors {
  if (!info.activityType.startsWith('perdure')) return {};
  let args: readonly unknown[] = [];
  return {
    inbound: {
      execute: (input, next) => {
        args = input.args;
        return next(input);
      },
    },
    outbound: { getLogAttributes: (input, next) => next({ ...input, ...runOfActivity(info, args) }) },
  };
}
