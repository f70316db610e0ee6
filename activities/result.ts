import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '../src/core/json.js';
import type { FinalStatus, OutcomeError } from '../src/core/run.js';
import type { Ending } from '../src/providers/provider.js';

/** How a run ended, once its result has been checked. */
export interface Verdict {
  status: FinalStatus;
  providerStatus: string;
  result?: Json;
  raw?: Json;
  error?: OutcomeError;
}

/** What a result has to be. */
export interface ResultTerms {
  schema?: JsonObject;
  /** Largest size in bytes of JSON. */
  maxBytes: number;
}

type Judged = Omit<Verdict, 'providerStatus'>;

/** Judges how a run ended: the provider's word, then the result against its schema and size. */
export function judgeEnding({ reading, result, alternatives = [] }: Ending, terms: ResultTerms): Verdict {
  const { state, providerStatus } = reading;
  const reason = reading.error ? `: ${reading.error}` : '.';
  switch (state) {
    case 'completed':
      return { providerStatus, ...judgeReadings(result, alternatives, terms) };
    case 'failed':
      return fail(providerStatus, 'failed', {
        code: 'run-failed',
        message: `The provider says that the run failed${reason}`,
        hint: 'Look at the run at its provider: what the agent did is shown there.',
      });
    case 'stopped':
      return fail(providerStatus, 'cancelled', {
        code: 'run-stopped',
        message: `The run was stopped at the provider${reason}`,
        hint: 'Someone stopped it there, or its session was ended.',
      });
    case 'timed-out':
      return fail(providerStatus, 'timed-out', {
        code: 'run-timed-out',
        message: `The provider ended the run for its length${reason}`,
        hint: 'Ask for less in one run, or raise the time-out of the session or task at the provider.',
      });
    case 'gone':
      return fail(providerStatus, 'unknown', {
        code: 'run-lost',
        message: 'The provider no longer knows the run.',
        hint: 'Look for it at the provider; if it is there under another account, the key of this account was changed.',
      });
    case 'running':
    case 'waiting':
    case 'other':
      return fail(providerStatus, 'unknown', {
        code: 'result-unreadable',
        message: `The provider still calls the run '${providerStatus}'.`,
        hint: 'Look at the run at its provider. Once it has ended there: npx perdure adopt <key> <runId>',
      });
  }
}

function fail(providerStatus: string, status: FinalStatus, error: OutcomeError): Verdict {
  return { status, providerStatus, error };
}

/** The first reading of the answer that fits; where none does, what is wrong with the usual one. */
function judgeReadings(result: Json | undefined, alternatives: Json[], terms: ResultTerms): Judged {
  const usual = judgeResult(result, terms);
  if (usual.error?.code !== 'result-invalid') return usual;
  const others = alternatives.map((reading) => judgeResult(reading, terms));
  return others.find(({ status }) => status === 'completed') ?? usual;
}

function judgeResult(result: Json | undefined, { schema, maxBytes }: ResultTerms): Judged {
  if (result === undefined) {
    if (schema === undefined) return { status: 'completed' };
    const message = 'The provider calls the run completed, but gave no result.';
    const hint = 'Ask in the task for the result in so many words, or leave the schema out.';
    return { status: 'failed', error: { code: 'result-missing', message, hint } };
  }
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > maxBytes) {
    const message = `The result has ${bytes} bytes; ${maxBytes} are allowed.`;
    const hint = 'Ask for less, or raise resultBytes (at most 1.5 MiB).';
    return { status: 'failed', error: { code: 'result-too-large', message, hint } };
  }
  const problems = schema === undefined ? [] : findProblems(schema, result);
  if (problems.length === 0) return { status: 'completed', result };
  const message = `The result does not fit the schema: ${problems.slice(0, 5).join('; ')}.`;
  return {
    status: 'failed',
    raw: result,
    error: { code: 'result-invalid', message, hint: 'The answer is kept in raw.' },
  };
}

/** Where and why a value does not fit a JSON Schema (draft 2020-12); empty when it fits. */
function findProblems(schema: JsonObject, value: Json): string[] {
  const ajv = compiler();
  // The dialect is always 2020-12: a `$schema` of another draft would make ajv look for a meta-schema it lacks.
  const { $schema: _dialect, ...plain } = schema;
  try {
    const validate = ajv.compile(plain);
    return validate(value) ? [] : (validate.errors ?? []).map(describe);
  } finally {
    ajv.removeSchema(plain);
  }
}

let shared: Ajv2020 | undefined;

/** One for all, since making one takes tens of milliseconds; it keeps no schema. */
function compiler(): Ajv2020 {
  if (!shared) {
    shared = new Ajv2020({ allErrors: true, strict: false, logger: false, addUsedSchema: false });
    addFormats.default(shared);
  }
  return shared;
}

function describe({ instancePath, message, params }: ErrorObject): string {
  const extra: unknown = params.additionalProperty;
  return `${instancePath || '(root)'} ${message ?? 'is wrong'}${typeof extra === 'string' ? ` ('${extra}')` : ''}`;
}
