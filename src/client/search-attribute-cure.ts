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

/** The same on Temporal Cloud, where only its pages and `tcld` make search attributes, and none can be removed. */
export function cloudAttributeCure(
  namespace: string,
  missing: readonly string[] = searchAttributes,
  mistyped: readonly string[] = [],
): string {
  if (mistyped.length > 0) {
    const names = mistyped.join(', ');
    return `Rename ${names} in the namespace's page at https://cloud.temporal.io, then run perdure doctor --setup again.`;
  }
  const create = missing.map((name) => ` --search-attribute ${name}=Keyword`).join('');
  return `Temporal Cloud lets nobody add them over this connection. Run: tcld namespace search-attributes add --namespace ${namespace}${create}`;
}
