import type { Json } from '../../src/core/json.js';
import type { Sample } from './wire-form.js';

/** Every value that a sample sends, with its place: in the parameters, the start's body or the session's. */
export function sentValues({ sent }: Sample): string[] {
  const values: string[] = [];
  const visit = (value: Json, place: string): void => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [name, inner] of Object.entries(value)) visit(inner, `${place}.${name}`);
    } else {
      values.push(`${place}=${JSON.stringify(value)}`);
    }
  };
  visit(sent.parameters, 'parameters');
  visit(sent.body, 'body');
  if (sent.session) visit(sent.session, 'session');
  return values;
}

/** As few of the samples as send every value of all of them in its place; those that come first are kept before others. */
export function covering(samples: readonly Sample[]): Sample[] {
  const seen = new Set<string>();
  return samples.filter((sample) => {
    const values = sentValues(sample);
    const isNew = values.some((value) => !seen.has(value));
    for (const value of values) seen.add(value);
    return isNew;
  });
}
