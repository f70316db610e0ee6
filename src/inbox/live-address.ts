import { isPerdureError } from '../core/errors.js';
import { isFinal, type RunReport } from '../core/run.js';
import { Sealer } from '../secrets/sealing.js';
import type { Desk } from './desk.js';
import { driverOf } from './options.js';

/** The provider's address of a run's live view, or why there is none. It is for pages alone: never for a log. */
export async function addressOf(
  { options, pace }: Desk,
  report: RunReport,
): Promise<{ address?: string; reason?: string }> {
  if (isFinal(report.status)) return { reason: 'The run has ended, and its browser with it.' };
  const { liveView, sessionId } = report;
  try {
    const address = liveView
      ? new Sealer(options.keys).open(liveView.sealed, liveView.mark)
      : sessionId &&
        (await (await driverOf(options.provider, report)).liveView(sessionId, { timeoutMs: pace.provider }));
    if (address && isWeb(address)) return { address };
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    return { reason: `Its live view can't be shown (${error.code}).` };
  }
  return {
    reason: sessionId
      ? 'Its provider gives a live view only to whoever opened the session, or none at all.'
      : 'It has no browser yet.',
  };
}

function isWeb(address: string): boolean {
  return URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol);
}
