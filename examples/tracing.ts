import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** Exports traces over OTLP/HTTP; default: to http://localhost:4318/v1/traces, or where OTEL_* say. */
export function startTracing(url?: string): NodeTracerProvider {
  const exporter = new OTLPTraceExporter({ url });
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  return provider;
}
