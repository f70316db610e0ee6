import {
  type Client,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';

/** What a schedule starts, and when. */
export type Schedule = Omit<ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>, 'scheduleId'>;

/** Makes a schedule, or changes the one that has this id; whether it is paused stays. */
export async function putSchedule(
  { schedule: schedules }: Client,
  scheduleId: string,
  schedule: Schedule,
): Promise<void> {
  try {
    await schedules.getHandle(scheduleId).update((before) => ({ ...schedule, state: before.state }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await schedules.create({ scheduleId, ...schedule });
  }
}

/** Ends a schedule; says whether there was one. */
export async function dropSchedule({ schedule: schedules }: Client, scheduleId: string): Promise<boolean> {
  try {
    await schedules.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
