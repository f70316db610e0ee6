import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SavedFile } from '../src/core/files.js';
import { isPerdureError, PerdureError } from '../src/core/errors.js';
import type { SessionFile } from '../src/providers/provider.js';
import { distinctName, folderName, safeName, sameName } from './file-names.js';

/** What a folder knows of a file: by it, a later attempt does not fetch again what is there. */
interface Kept {
  name: string;
  bytes: number;
  sha256: string;
}

const listName = '.perdure-files.json';
const partPrefix = '.perdure-part-';
/** Milliseconds after which nobody is writing any more what was begun. */
const partIsOld = 3_600_000;

/** The files of one run, in a folder of their own. */
export class FileStore {
  readonly #kept: Map<string, Kept>;

  private constructor(
    readonly folder: string,
    kept: Map<string, Kept>,
  ) {
    this.#kept = kept;
  }

  /** Opens the folder of a run, made where it is missing. Throws `home-not-writable`. */
  static open(parent: string, key: string): Promise<FileStore> {
    const folder = path.join(parent, folderName(key));
    return guarded(folder, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await removeOldParts(folder);
      return new FileStore(folder, await readList(folder));
    });
  }

  /** What was saved of this file and is still there as it was. */
  async find({ id, bytes, sha256, mimeType }: SessionFile): Promise<SavedFile | undefined> {
    const kept = this.#kept.get(id);
    if (!kept || (bytes ?? kept.bytes) !== kept.bytes || (sha256 ?? kept.sha256) !== kept.sha256) return undefined;
    const file = path.join(this.folder, kept.name);
    try {
      if ((await stat(file)).size !== kept.bytes || (await hashOf(file)) !== kept.sha256) return undefined;
    } catch {
      return undefined;
    }
    return { ...kept, path: file, ...(mimeType !== undefined && { mimeType }) };
  }

  /** Saves a file under a name of its own; whole, or not at all. Throws `provider-malformed` where it is not as listed. */
  save(file: SessionFile, chunks: AsyncIterable<Uint8Array>): Promise<SavedFile> {
    const part = path.join(this.folder, `${partPrefix}${randomUUID()}`);
    return guarded(this.folder, async () => {
      try {
        const written = await write(part, chunks);
        refuseOther(file, written);
        const name = this.#nameFor(file);
        const target = path.join(this.folder, name);
        await rename(part, target);
        this.#kept.set(file.id, { name, ...written });
        await this.#writeList();
        return { name, path: target, ...written, ...(file.mimeType !== undefined && { mimeType: file.mimeType }) };
      } finally {
        await rm(part, { force: true });
      }
    });
  }

  #nameFor({ id, name }: SessionFile): string {
    const others = [...this.#kept].filter(([other]) => other !== id).map(([, kept]) => sameName(kept.name));
    return distinctName(safeName(name), new Set(others));
  }

  async #writeList(): Promise<void> {
    const part = path.join(this.folder, `${partPrefix}${randomUUID()}`);
    await write(part, [Buffer.from(`${JSON.stringify(Object.fromEntries(this.#kept), null, 2)}\n`)]);
    await rename(part, path.join(this.folder, listName));
  }
}

async function write(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    const counted = async function* () {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    };
    await writeFile(handle, counted());
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

function refuseOther({ name, bytes, sha256 }: SessionFile, written: { bytes: number; sha256: string }): void {
  const sameSize = (bytes ?? written.bytes) === written.bytes;
  if (sameSize && (sha256 ?? written.sha256) === written.sha256) return;
  const what = sameSize ? 'another checksum' : `${written.bytes} bytes instead of ${bytes}`;
  throw new PerdureError({
    code: 'provider-malformed',
    message: `The file '${safeName(name)}' came with ${what} than its provider lists, and was not kept.`,
    hint: 'It is fetched again. If it goes on, compare it with what the provider shows of the session.',
  });
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A list that can't be read is as good as none: the files are fetched again. */
async function readList(folder: string): Promise<Map<string, Kept>> {
  try {
    const list: unknown = JSON.parse(await readFile(path.join(folder, listName), 'utf8'));
    return new Map(Object.entries(list as Record<string, Kept>).filter(([, kept]) => isKept(kept)));
  } catch {
    return new Map();
  }
}

function isKept({ name, bytes, sha256 }: Kept): boolean {
  return name === safeName(name) && Number.isSafeInteger(bytes) && typeof sha256 === 'string';
}

/** What a worker that was killed had begun. */
async function removeOldParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(partPrefix)) continue;
    const file = path.join(folder, name);
    const begun = await stat(file).catch(() => undefined);
    if (begun && Date.now() - begun.mtimeMs > partIsOld) await rm(file, { force: true });
  }
}

async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isPerdureError(cause)) throw cause;
    throw new PerdureError({
      code: 'home-not-writable',
      message: `The folder ${folder} of downloaded files cannot be written: ${cause instanceof Error ? cause.message : cause}.`,
      hint: 'Make it writable and see that its disk has room, or name another with PERDURE_FILES; it is tried again.',
      cause,
    });
  }
}
