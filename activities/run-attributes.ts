import type { TypedSearchAttributes } from '@temporalio/common';
import type { SearchAttributeName } from '../src/core/names.js';

/** A search attribute of a run, where it has it. */
export function attribute(attributes: TypedSearchAttributes, name: SearchAttributeName): string | undefined {
  const value: unknown = attributes.getAll().find(({ key }) => key.name === name)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** The status of a run as it can be searched. */
export function statusAttribute(attributes: TypedSearchAttributes): string | undefined {
  return attribute(attributes, 'PerdureStatus');
}
