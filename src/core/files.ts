import type { Duration } from './duration.js';
import type { Timings } from './timings.js';

/** How the files that a session downloaded are saved. */
export interface SaveFilesOptions {
  /** How many there have to be: providers may list a file only a while after the run. Default: those that are listed now. */
  expect?: number;
  /** How long it is looked again for those that are missing, from 1 second to 1 day. Default 1 minute. */
  within?: Duration;
  /** Largest file in bytes. Default 100 MiB. */
  fileBytes?: number;
  /** Bytes of all files together. Default 1 GiB. */
  totalBytes?: number;
}

/** A file that a session downloaded, saved where the worker runs. Its content is only there. */
export interface SavedFile {
  /** The site's name, made harmless. */
  name: string;
  /** Absolute, at the worker that saved it. */
  path: string;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  mimeType?: string;
}

/** The run whose session's files are saved; what is left out is looked up by its key. */
export interface RunOfFiles {
  key: string;
  account?: string;
  sessionId?: string;
}

/** One look at the files of a session, each saved that is not yet. */
export interface SaveFilesTask {
  run: RunOfFiles;
  options: SaveFilesOptions;
  /** Looks that were made before. */
  looks: number;
  /** Milliseconds since the first of them. */
  waited: number;
}

export interface SaveFilesReport {
  files: SavedFile[];
  /** Milliseconds after which it is to be looked again for those that are missing. */
  again?: number;
}

/** How a worker saves files: what was asked for, checked, and where to. */
export interface FilePlan {
  /** Absolute; each run has a folder in it. */
  folder: string;
  expect: number;
  within: number;
  fileBytes: number;
  totalBytes: number;
  timings: Timings;
}
