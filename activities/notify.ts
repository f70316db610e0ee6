import type { Notice } from '../src/core/notice.js';

/** What is to be told, and the queue on which Perdure's own workflows run. */
export interface NotifyTask {
  notice: Notice;
  taskQueue: string;
}

/** Hands a notice to the channels of this worker; it has none. */
export async function notify(_: NotifyTask): Promise<void> {
  await Promise.resolve();
}
