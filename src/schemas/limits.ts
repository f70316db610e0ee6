import { z } from 'zod';

const kibibyte = 1024;

/** Bytes of JSON that a result may have when nothing else is said: 256 KiB. */
export const defaultResultBytes = 256 * kibibyte;

/** Temporal refuses payloads of 2 MiB; a workflow whose result is larger never ends. */
const mostResultBytes = 1536 * kibibyte;

/** Bytes of JSON that a result schema may have. */
export const mostSchemaBytes = 256 * kibibyte;

/** Largest result that is kept in the outcome, in bytes of JSON. */
export const resultBytes = z.int().min(1).max(mostResultBytes);

/** How many bytes a value has as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/** A number of bytes for a person. */
export function formatBytes(bytes: number): string {
  return bytes < kibibyte * kibibyte
    ? `${Math.ceil(bytes / kibibyte)} KiB`
    : `${(bytes / kibibyte / kibibyte).toFixed(1)} MiB`;
}
