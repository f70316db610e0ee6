import { isPerdureError, type PerdureError } from '../../core/errors.js';
import type { ProviderQuestion } from '../../core/question.js';
import type { Reading } from '../../core/reading.js';
import type { ProviderHandle } from '../../core/run.js';
import { unless } from '../border.js';
import type { Call, Ending } from '../provider.js';
import { RecentEndings } from '../recent-endings.js';
import { type LookTerms, RequestBudget } from '../request-budget.js';
import { type Look, lookAtEach } from '../status-many.js';
import type { BrowserbaseClient } from './client.js';
import { stateOfRun } from './run-states.js';
import { RunningRuns } from './running-runs.js';
import type { BrowserbaseRun } from './schemas.js';

const notKnown: Reading = { state: 'gone', providerStatus: 'not found' };

/** Looks at runs, by their list or one by one. */
export class RunStatus {
  readonly #running: RunningRuns;
  readonly #endings = new RecentEndings();

  constructor(
    private readonly client: BrowserbaseClient,
    private readonly questionIn: (runId: string, call: Call) => Promise<ProviderQuestion | undefined>,
  ) {
    this.#running = new RunningRuns(client);
  }

  /** One run with its result; how it was seen to end a moment ago is as good as a new look. */
  async read({ runId }: ProviderHandle, call: Call, { freshMs = 0 }: Pick<LookTerms, 'freshMs'> = {}): Promise<Ending> {
    const recent = runId === undefined ? undefined : this.#endings.take(runId, freshMs);
    return recent ?? this.#look(runId, call);
  }

  async #look(runId: string | undefined, call: Call): Promise<Ending> {
    const found = runId === undefined ? undefined : await unless(['task-not-found'], this.client.runs.get(runId, call));
    return found ? endingOf(found) : { reading: notKnown };
  }

  /** One run with the question that it waits with. */
  async one(handle: ProviderHandle, call: Call): Promise<Reading> {
    const ending = await this.#look(handle.runId, call);
    const { reading, runId } = ending;
    if (runId !== undefined) this.#endings.keep(runId, ending);
    if (reading.state !== 'waiting' || runId === undefined) return reading;
    return { ...reading, question: await this.questionIn(runId, call) };
  }

  /** Many runs: those in the list of the running ones need no look of their own. */
  async many(handles: readonly ProviderHandle[], call: Call, terms: LookTerms = {}): Promise<Look[]> {
    const { budget = new RequestBudget(), freshMs = 0 } = terms;
    const ids = handles.flatMap(({ runId = '' }) => (runId === '' ? [] : [runId]));
    const running = await this.#running.among(ids, { ...call, budget, freshMs }).catch(only429);
    if (isPerdureError(running)) return handles.map(() => running);
    return lookAtEach(handles, async (handle) => {
      const listed = running.get(handle.runId ?? '');
      if (listed && stateOfRun(listed) === 'running') return endingOf(listed).reading;
      return budget.take() ? this.one(handle, call) : undefined;
    });
  }
}

function only429(error: unknown): PerdureError {
  if (isPerdureError(error, 'rate-limited')) return error;
  throw error;
}

function endingOf({ runId, status, sessionId, result, error }: BrowserbaseRun): Ending {
  const reading = { state: stateOfRun({ status }), providerStatus: status, sessionId, error };
  return { reading, result, runId, sessionId };
}
