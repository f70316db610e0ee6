import { Client, Connection, isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import { traceClient } from '../telemetry/client-tracing.js';
import { searchAttributeCure } from './search-attribute-cure.js';
import type { Env, Settings } from './settings.js';
import { embeddedTarget, externalTarget, type TemporalTarget } from './temporal-target.js';

/** The server that a process with these settings talks to: the one that `TEMPORAL_*` names, else the embedded one. */
export function findTarget(env: Env, settings: Settings): TemporalTarget {
  const target = externalTarget(env) ?? embeddedTarget(settings.home.value);
  if (target) return target;
  throw new PerdureError({
    code: 'temporal-unreachable',
    message: `No Temporal server: TEMPORAL_ADDRESS is not set, and none was started in ${settings.home.value}.`,
    hint: 'Start the embedded server and a worker with: npx perdure up',
  });
}

/** How a client is opened. */
interface ClientTerms {
  dataConverter?: DataConverter;
  /** Whether what it starts and answers is traced. Default true. */
  tracing?: boolean;
}

/** Connects to a server. Throws `temporal-unreachable` after ten seconds without an answer. */
export async function openClient(target: TemporalTarget, terms: ClientTerms = {}): Promise<Client> {
  const { dataConverter, tracing = true } = terms;
  const { namespace } = target;
  try {
    const connection = await Connection.connect({ ...target.connection, connectTimeout: '10s' });
    const interceptors = { workflow: tracing ? [traceClient()] : [] };
    return new Client({ connection, namespace, dataConverter, interceptors });
  } catch (cause) {
    throw unreachable(target, cause);
  }
}

/** The error of a server that does not answer. */
export function unreachable({ kind, address, from }: TemporalTarget, cause: unknown): PerdureError {
  const hint =
    kind === 'embedded'
      ? 'Start it with: npx perdure up'
      : `It is named by ${from}. Check that it runs and can be reached from here.`;
  return new PerdureError({
    code: 'temporal-unreachable',
    message: `No Temporal server answers at ${address}.`,
    hint,
    cause,
  });
}

/** An error of Temporal's in the words of Perdure; what is not one stays as it is. */
export function translateError(given: unknown, namespace: string): unknown {
  const error = given instanceof ServiceError ? given.cause : given;
  if (!isGrpcServiceError(error)) return given;
  if (isUnanswered(error)) {
    return new PerdureError({
      code: 'temporal-unreachable',
      message: 'Temporal did not answer.',
      hint: 'Check that the server runs; what was started goes on when it is back.',
      cause: error,
    });
  }
  if (error.code === status.FAILED_PRECONDITION) {
    return new PerdureError({
      code: 'worker-missing',
      message: `The workflow can't be asked now: ${error.details}.`,
      hint: 'No worker has begun it, or none is there. Start one, in another terminal: npx perdure up',
      cause: error,
    });
  }
  if (error.code === status.INVALID_ARGUMENT && /search attribute|no mapping defined/i.test(error.details)) {
    return new PerdureError({
      code: 'search-attributes-missing',
      message: `The namespace '${namespace}' lacks the search attributes of Perdure.`,
      hint: searchAttributeCure(namespace),
      cause: error,
    });
  }
  return given;
}

/** The codes of gRPC that are told apart. */
const status = { CANCELLED: 1, INVALID_ARGUMENT: 3, DEADLINE_EXCEEDED: 4, FAILED_PRECONDITION: 9, UNAVAILABLE: 14 };

/** Whether a call got no answer. The server may end one whose deadline passes by a cancel; a caller's own is none. */
function isUnanswered({ code, details }: { code: number; details: string }): boolean {
  if (code === status.CANCELLED) return !/cancelled on client/i.test(details);
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED;
}
