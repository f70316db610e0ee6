import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { PerdureError } from '../core/errors.js';

/** Bytes in the JSON of Protocol Buffers: base64 of either alphabet, with or without its padding. */
const bytes = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);

const payload = z.object({ metadata: z.record(z.string(), bytes).optional(), data: bytes.optional() });

const message = z.object({ payloads: z.array(payload) });

/** Reads the payloads that Temporal's tools send. Throws `bad-input`, with nothing of what was sent. */
export function readPayloads(body: unknown): Payload[] {
  const read = message.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new PerdureError({
      code: 'bad-input',
      message: `This is no message of payloads: ${issue?.path.join('.') || 'the body'} is not what it has to be.`,
      hint: 'Send {"payloads": [{"metadata": {"encoding": "<base64>"}, "data": "<base64>"}]}.',
    });
  }
  return read.data.payloads.map(({ metadata = {}, data = '' }) => ({
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])),
    data: Buffer.from(data, 'base64'),
  }));
}

/** Writes payloads as Temporal's tools read them. */
export function writePayloads(payloads: readonly Payload[]): object {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
      ...(data && { data: base64(data) }),
    })),
  };
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}
