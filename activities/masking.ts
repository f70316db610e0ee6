import type { OutcomeError } from '../src/core/run.js';
import type { Ending } from '../src/providers/provider.js';
import type { Redactor } from '../src/secrets/redaction.js';
import { judgeEnding, type ResultTerms, type Verdict } from './result.js';

/** Judges how a run ended by what is left of the provider's answer once the secrets in it are masked. */
export function judgeMasked(ending: Ending, terms: ResultTerms, redactor: Redactor): Verdict {
  const { reading, result, alternatives } = ending;
  const masked: Ending = {
    ...ending,
    reading: {
      ...reading,
      providerStatus: redactor.text(reading.providerStatus),
      ...(reading.error !== undefined && { error: redactor.text(reading.error) }),
    },
    result: redactor.json(result),
    alternatives: redactor.json(alternatives),
  };
  const verdict = judgeEnding(masked, terms);
  if (verdict.error?.code !== 'result-invalid' || judgeEnding(ending, terms).status !== 'completed') return verdict;
  const hint = 'It had the value of a secret in it, which was masked; what is left is kept in raw.';
  return { ...verdict, error: { ...verdict.error, hint } };
}

/** The error with the secrets in its message and hint masked. */
export function maskError({ code, message, hint }: OutcomeError, redactor: Redactor): OutcomeError {
  return { code, message: redactor.text(message), ...(hint !== undefined && { hint: redactor.text(hint) }) };
}
