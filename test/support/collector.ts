import { context, propagation, trace } from '@opentelemetry/api';
import { startTracing } from '../../examples/tracing.js';
import { openReceiver } from './receiver.js';

/** A span as OTLP carries it. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
}

/** A collector of traces, and an OpenTelemetry SDK that exports to it. */
export interface Collector {
  /** Exports what there is, and gives every span that has come so far. */
  collect(): Promise<CollectedSpan[]>;
  /** All that has come, as it came. */
  text(): string;
  close(): Promise<void>;
}

interface Export {
  resourceSpans: { scopeSpans: { spans: CollectedSpan[] }[] }[];
}

/** Registers an SDK for this process that exports over OTLP/HTTP to a collector on the loopback interface. */
export async function openCollector(): Promise<Collector> {
  const receiver = await openReceiver();
  receiver.answer = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const provider = startTracing(`${receiver.url}/v1/traces`);
  return {
    collect: async () => {
      await provider.forceFlush();
      const exports = receiver.received.map(({ body }) => JSON.parse(body) as Export);
      return exports.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      );
    },
    text: () => receiver.received.map(({ body }) => body).join('\n'),
    close: async () => {
      await provider.shutdown();
      for (const api of [trace, context, propagation]) api.disable();
      await receiver.close();
    },
  };
}

/** The attributes of a span by their names. */
export function attributesOf({ attributes }: CollectedSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
