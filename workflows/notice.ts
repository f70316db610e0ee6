import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { PerdureActivities } from '../activities/index.js';
import type { ChannelReport, NoticeTask } from '../src/core/notice.js';
import type { OutcomeError } from '../src/core/run.js';

/** Tells channels of something, each for as long as it takes, up to a day; no channel waits for another. */
export async function notice(task: NoticeTask): Promise<ChannelReport[]> {
  return Promise.all(task.channels.map((channel) => tell(task, channel)));
}

async function tell(task: NoticeTask, channel: string): Promise<ChannelReport> {
  const { perdureSend } = proxyActivities<PerdureActivities>({
    startToCloseTimeout: '45 seconds',
    scheduleToCloseTimeout: '24 hours',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    summary: `tell ${channel}`,
  });
  try {
    await perdureSend({ notice: task.notice, channel });
    return { channel, told: true };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { channel, told: false, error: problemOf(error) };
  }
}

function problemOf(error: unknown): OutcomeError {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? 'internal', message: cause.message };
  return { code: 'channel-unreachable', message: cause instanceof Error ? cause.message : 'It was not told in time.' };
}
