import type { Json } from '../core/json.js';

/** What became of a body: its value, nothing at all, or why it can't be had. */
export type BodyReading =
  | { kind: 'json'; value: Json }
  | { kind: 'empty' }
  | { kind: 'malformed'; bytes: number; why: 'not UTF-8' | 'not JSON' }
  | { kind: 'too-large' };

/** Reads a body as JSON, giving up as soon as it exceeds `maxBytes`. Throws what the stream throws. */
export async function readBody(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<BodyReading> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return { kind: 'too-large' };
    parts.push(chunk);
  }
  if (bytes === 0) return { kind: 'empty' };
  const text = decode(parts);
  if (text === undefined) return { kind: 'malformed', bytes, why: 'not UTF-8' };
  try {
    const value: Json = JSON.parse(text);
    return { kind: 'json', value };
  } catch {
    return { kind: 'malformed', bytes, why: 'not JSON' };
  }
}

function decode(parts: Uint8Array[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}
