import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { z } from 'zod';
import { release } from './release.js';

const run = promisify(execFile);
const answerMs = 5_000;
const stallMs = 15_000;
const progressMs = 5_000;

const archiveInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) });

/** Where a download comes from and goes to. */
export interface Download {
  /** The service that names the archive, such as `https://temporal.download`. */
  from: string;
  /** An empty folder that the archive may be unpacked in. */
  scratch: string;
  target: string;
  log: (line: string) => void;
}

/** Fetches the release from the service that the Temporal SDK uses; rejects with the plain reason when it can't. */
export async function downloadServer({ from, scratch, target, log }: Download): Promise<void> {
  log(`downloading the Temporal CLI ${release.cli} from ${from} (waiting at most ${answerMs / 1000} s for an answer)`);
  const { archiveUrl, fileToExtract } = await archiveOf(from);
  const archive = path.join(scratch, archiveUrl.endsWith('.zip') ? 'archive.zip' : 'archive.tar.gz');
  await fetchTo(archiveUrl, archive, log);
  await run('tar', ['-xf', archive, '-C', scratch, fileToExtract]);
  const file = path.join(scratch, fileToExtract);
  await chmod(file, 0o755);
  await rename(file, target);
}

async function archiveOf(from: string): Promise<z.infer<typeof archiveInfo>> {
  const url = new URL(`/cli/v${release.cli}`, from);
  url.searchParams.set('arch', process.arch === 'x64' ? 'amd64' : process.arch);
  url.searchParams.set('platform', process.platform === 'win32' ? 'windows' : process.platform);
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(answerMs) });
    if (!response.ok) return await refuse(`it answered ${response.status}`);
    return archiveInfo.parse(await response.json());
  } finally {
    await dispatcher.destroy();
  }
}

async function fetchTo(url: string, file: string, log: (line: string) => void): Promise<void> {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: stallMs, bodyTimeout: stallMs, connectTimeout: answerMs });
  let bytes = 0;
  const tell = setInterval(() => log(`downloading: ${Math.round(bytes / 1e6)} MB`), progressMs);
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const response = await fetch(url, { dispatcher });
    if (!response.ok || !response.body) return await refuse(`${url} answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file));
  } finally {
    clearInterval(tell);
    await dispatcher.destroy();
  }
}

function refuse(reason: string): Promise<never> {
  return Promise.reject(new TypeError(reason));
}
