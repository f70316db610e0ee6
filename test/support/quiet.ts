import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

// The SDK tells of every worker and every failed attempt; a test says by its assertions what matters. Test files share
// their process, and a process has one runtime.
if (!Reflect.has(globalThis, 'perdureQuiet')) {
  Reflect.set(globalThis, 'perdureQuiet', true);
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
}
