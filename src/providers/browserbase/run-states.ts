import type { ReadingState } from '../../core/reading.js';
import { stateOf } from '../border.js';
import type { BrowserbaseRun } from './schemas.js';

const states: Readonly<Record<string, ReadingState>> = {
  pending: 'running',
  running: 'running',
  paused: 'waiting',
  completed: 'completed',
  failed: 'failed',
  stopped: 'stopped',
  timed_out: 'timed-out',
};

/** What Browserbase's word for how a run stands means. */
export function stateOfRun({ status }: Pick<BrowserbaseRun, 'status'>): ReadingState {
  return stateOf(states, status);
}

/** Browserbase's words for runs that have not ended. */
export const liveStatuses = ['PENDING', 'RUNNING', 'PAUSED'] as const;
