import { CancellationScope, patched } from '@temporalio/workflow';
import { tills } from './purse.js';

/** The place of a step among those that ask for a budget. */
export interface Turn {
  /** All that the workflow came to before have asked, or will not ask. */
  readonly come: Promise<unknown>;
  /** Lets the next one ask; to be called once this one has asked, or will not. */
  pass(): void;
}

const property = 'perdureBudgetTurns';

/**
 * Takes the next turn to ask for a budget. Steps at once ask in the order in which the workflow comes to them, whichever
 * is checked first: an execution that a reset has made gives the budget to the same steps, and counts what they have used.
 * Undefined where there is no budget, and in executions that were begun when the first to be checked was the first to ask.
 */
export function takeTurn(): Turn | undefined {
  if (tills().length === 0 || !patched('perdure-budget-order')) return undefined;
  const come = Promise.resolve(Reflect.get(globalThis, property) as unknown);
  let pass = () => {};
  const own = new Promise<void>((resolve) => {
    pass = resolve;
  });
  Reflect.set(globalThis, property, Promise.all([come, own]));
  return { come, pass };
}

/** Waits for a turn; a scope that is cancelled meanwhile lets the next one ask. */
export async function itsTurn({ come, pass }: Turn): Promise<void> {
  try {
    await Promise.race([come, CancellationScope.current().cancelRequested]);
  } catch (error) {
    pass();
    throw error;
  }
}
