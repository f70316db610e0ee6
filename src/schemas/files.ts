import { z } from 'zod';
import { durationBetween } from './duration.js';

const mebibyte = 1024 * 1024;
const bytes = z
  .int()
  .min(1)
  .max(1024 * 1024 * mebibyte);

/** How the files of a session are saved, with the defaults filled in; durations in milliseconds. */
export const saveFilesOptions = z.strictObject({
  expect: z.int().min(0).max(1000).default(0),
  within: durationBetween(1_000, 86_400_000).default(60_000),
  fileBytes: bytes.default(100 * mebibyte),
  totalBytes: bytes.default(1024 * mebibyte),
});
