import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

// The SDK tells of every worker and every failed attempt; a test says by its assertions what matters.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});
