import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { ApplicationFailure, type Payload, type PayloadCodec } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { encryptingConverter } from './data-converter.js';
import { parseKeys } from './key-ring.js';
import { EncryptingCodec } from './payload-codec.js';

const keys = parseKeys(`one:${randomBytes(32).toString('base64')}`, 'KEYS');

const passing: PayloadCodec = {
  encode: (payloads: Payload[]) => Promise.resolve(payloads),
  decode: (payloads: Payload[]) => Promise.resolve(payloads),
};

test('messages, stacks and details of failures are encrypted, and come back', async () => {
  const converter = loadDataConverter(encryptingConverter(keys));
  const given = ApplicationFailure.create({
    message: 'refused hunter22',
    type: 'run-failed',
    details: ['detail hunter22'],
    cause: new TypeError('cause hunter22'),
  });
  const failure = await encodeErrorToFailure(converter, given);
  const shown = inspect(failure, { depth: 20, maxArrayLength: null, maxStringLength: null });
  expect(shown).not.toContain('hunter22');
  expect(Buffer.from(failure.encodedAttributes?.data ?? []).toString('latin1')).not.toContain('hunter22');
  expect(failure).toMatchObject({ message: 'Encoded failure', applicationFailureInfo: { type: 'run-failed' } });
  const back = await decodeOptionalFailureToOptionalError(converter, failure);
  expect(back).toMatchObject({ message: 'refused hunter22', type: 'run-failed', details: ['detail hunter22'] });
  expect(back?.cause).toMatchObject({ message: 'cause hunter22' });
});

test('codecs and converters that are there stay, and encryption comes last', () => {
  const existing = {
    payloadCodecs: [passing],
    failureConverterPath: '/own/failure.js',
    payloadConverterPath: '/own.js',
  };
  const converter = encryptingConverter(keys, {}, existing);
  expect(converter).toMatchObject({ failureConverterPath: '/own/failure.js', payloadConverterPath: '/own.js' });
  expect(converter.payloadCodecs).toEqual([passing, expect.any(EncryptingCodec)]);
  expect(existing.payloadCodecs).toEqual([passing]);
});

test('the failure converter can be bundled for workflows', async () => {
  const { failureConverterPath } = encryptingConverter(keys);
  const { code } = await bundleWorkflowCode({
    workflowsPath: new URL('../../workflows/index.ts', import.meta.url).pathname,
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  expect(code).toContain('encodeCommonAttributes: true');
});
