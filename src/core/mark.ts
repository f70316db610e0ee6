/** What a mark says: which deployment, which run, which execution of its workflow, and which generation of its start. */
export interface MarkParts {
  /** One to sixteen of `a-z0-9`. */
  deployment: string;
  key: string;
  /** Run id of the first execution of the workflow. */
  firstExecution: string;
  /** From 1. */
  generation: number;
}

const pattern = /^perdure-([a-z0-9]{1,16})-([a-z0-9]{13})-([a-z0-9]{12})-g([1-9][0-9]{0,3})$/;

/** The mark of one start: at most 63 of `a-z0-9-`, so that it is valid as a tag and in a text. */
export function makeMark({ deployment, key, firstExecution, generation }: MarkParts): string {
  return `perdure-${deployment}-${hashText(key)}-${shorten(firstExecution)}-g${generation}`;
}

/** What a mark says of its origin, or undefined for any other text. The key and the execution are hashes. */
export function readMark(
  text: string,
): { deployment: string; keyHash: string; executionHash: string; generation: number } | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, deployment = '', keyHash = '', executionHash = '', generation = ''] = match;
  return { deployment, keyHash, executionHash, generation: Number(generation) };
}

/** Which start of its run a mark is of; 0 where the text is no mark. */
export function generationOf(mark: string): number {
  return readMark(mark)?.generation ?? 0;
}

/** What begins every mark of a deployment. */
export function deploymentPrefix(deployment: string): string {
  return `perdure-${deployment}-`;
}

/** What every mark of one run begins with, whichever generation it is of. */
export function markPrefix(mark: string): string {
  return mark.replace(/[0-9]+$/, '');
}

/** The hash of a key that stands in its marks. */
export function hashText(text: string): string {
  // FNV-1a, 64 bit: no Node built-in may be imported where workflows run.
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  }
  return hash.toString(36).padStart(13, '0');
}

function shorten(runId: string): string {
  const plain = runId.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain.slice(0, 12).padEnd(12, '0');
}
