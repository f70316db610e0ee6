import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from './key-ring.js';
import { type CodecOptions, EncryptingCodec } from './payload-codec.js';

/**
 * Adds encryption to a data converter: after the codecs that are there, and with the messages and stacks of failures
 * moved into a payload, unless the converter has a failure converter of its own. Clients and workers need the same.
 */
export function encryptingConverter(
  keys: KeyRing,
  options: CodecOptions = {},
  existing: DataConverter = {},
): DataConverter {
  return {
    ...existing,
    failureConverterPath: existing.failureConverterPath ?? failureConverterPath,
    payloadCodecs: [...(existing.payloadCodecs ?? []), new EncryptingCodec(keys, options)],
  };
}

const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));
