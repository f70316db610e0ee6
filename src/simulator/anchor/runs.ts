import type { Call } from '../call.js';
import { admitSession, admitStart } from '../limit.js';
import { endRun, type Run, type RunEnd } from '../run.js';
import { nextChangeWithin } from '../session.js';
import { type Accepted, startRun } from '../start.js';

/** Starts a run; one without a session of the caller's opens one and counts against the limits of sessions. */
export function startAtAnchor(call: Call, accepted: Accepted): Run {
  const { world, account, entry } = call;
  if (accepted.session) admitStart(world, account);
  else admitSession(world, account);
  const run = startRun(call, accepted);
  if (accepted.session) entry.sessionId = accepted.session.id;
  return run;
}

/** What the run's script says that it gives. */
export const resultOf = (run: Run): unknown =>
  run.plan.result({ text: run.text, body: run.body, answers: run.answers });

/** A status text that the script puts in place of the true one for now. */
export function reportedStatus({ world }: Call, run: Run): string | undefined {
  const age = world.now - run.createdAt;
  return run.plan.reports.find(({ fromMs, forMs }) => age >= fromMs && age < fromMs + forMs)?.status;
}

/** Waits for the end of a run whose start blocks; after the caller has hung up nobody reads what it gives. */
export async function ended(call: Call, run: Run): Promise<RunEnd> {
  const { world } = call;
  await call.effected();
  let hungUp = false;
  void call.hungUp.then(() => {
    hungUp = true;
    if (world.behaviour.anchor.hangUpEndsRun) {
      world.settle(run);
      endRun(run, { at: world.now, state: 'cancelled', message: 'The caller hung up' });
    }
  });
  for (;;) {
    world.settle(run);
    if (run.end) return run.end;
    if (hungUp) return { at: world.now, state: 'failed', message: 'The caller hung up' };
    await Promise.race([change(call, run), call.hungUp]);
  }
}

/** Settles when something may have happened to the run. */
function change({ world }: Call, run: Run): Promise<void> {
  return new Promise((resolve) => {
    const at = nextChangeWithin(run);
    const cancel = at === undefined ? () => {} : world.clock.wake(at, () => done());
    const done = () => {
      cancel();
      run.watchers.delete(done);
      resolve();
    };
    run.watchers.add(done);
  });
}
