import { searchAttributes } from '../core/names.js';

/** What to do about a namespace that lacks search attributes of Perdure, or has some of another type than Keyword. */
export function searchAttributeCure(
  namespace: string,
  missing: readonly string[] = searchAttributes,
  mistyped: readonly string[] = [],
): string {
  const remove = mistyped.map((name) => ` --name ${name}`).join('');
  const create = [...mistyped, ...missing].map((name) => ` --name ${name} --type Keyword`).join('');
  const command = `temporal operator search-attribute create --namespace ${namespace}${create}`;
  if (remove === '') return `Run: ${command}`;
  return `Run: temporal operator search-attribute remove --namespace ${namespace}${remove} && ${command}`;
}
