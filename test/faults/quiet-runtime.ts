import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** Lets the SDK say nothing of what is broken on purpose. */
export function quietRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
