const mostBytes = 160;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The name of a run's folder: one part of a path, unlike any other key's. */
export function folderName(key: string): string {
  const name = key.replaceAll('/', '~').replaceAll(':', '+');
  return name.startsWith('.') ? `=${name}` : name;
}

/**
 * A name that can be no path, no hidden file and nothing that a system keeps for itself, as near to the given one as may
 * be. Nothing that a site calls its files leads out of their folder.
 */
export function safeName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .normalize('NFC')
    .replace(/[\p{C}<>:"|?*]/gu, '_')
    .replace(/^[\s.]+/u, '')
    .replace(/[\s.]+$/u, '');
  const name = cut(plain === '' ? 'file' : plain);
  return reserved.test(name) ? `_${name}` : name;
}

/** The name, or one with a number that nobody has: names that differ only in case are one file on some systems. */
export function distinctName(name: string, taken: ReadonlySet<string>): string {
  const { stem, extension } = parts(name);
  for (let nth = 1; ; nth += 1) {
    const tried = nth === 1 ? name : `${stem} (${nth})${extension}`;
    if (!taken.has(sameName(tried))) return tried;
  }
}

/** What two names have in common that may be the same file. */
export function sameName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function parts(name: string): { stem: string; extension: string } {
  const [, stem = name, extension = ''] = /^(.+?)((?:\.\w{1,10}){0,2})$/u.exec(name) ?? [];
  return { stem, extension };
}

/** Keeps the extension, by which people and programs know what it is. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  const { stem, extension } = parts(name);
  let kept = '';
  for (const character of stem) {
    if (Buffer.byteLength(kept + character + extension) > mostBytes) break;
    kept += character;
  }
  return kept + extension;
}
