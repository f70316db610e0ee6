import { createRequire } from 'node:module';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import { decrypt, encrypt } from './aes-gcm.js';
import type { KeyRing } from './key-ring.js';

/** How an {@link EncryptingCodec} treats what it did not encrypt. */
export interface CodecOptions {
  /** Refuse payloads that are not encrypted (`codec-plaintext`). Default false: they are taken as they are. */
  strict?: boolean;
}

const encoding = 'binary/encrypted';
const encodingField = 'encoding';
const keyIdField = 'encryption-key-id';

/**
 * A payload codec that encrypts everything that Temporal stores as a payload with AES-256-GCM: the newest key of the
 * ring encrypts, every key decrypts. What it makes has the encoding `binary/encrypted` and the key's id in
 * `encryption-key-id`, as Temporal's samples have; the id is bound to the data. A key may encrypt up to 2^32 payloads.
 */
export class EncryptingCodec implements PayloadCodec {
  readonly #keys: KeyRing;
  readonly #strict: boolean;

  constructor(keys: KeyRing, { strict = false }: CodecOptions = {}) {
    this.#keys = keys;
    this.#strict = strict;
  }

  /** Encrypts payloads whole, with their metadata. */
  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { id, key } = this.#keys.newest;
    const metadata = { [encodingField]: Buffer.from(encoding), [keyIdField]: Buffer.from(id) };
    return payloads.map((payload) => ({
      metadata: { ...metadata },
      data: encrypt(key, payloadType.encode(payload).finish(), id),
    }));
  }

  /**
   * Decrypts what was encrypted.
   * @throws PerdureError `codec-key-missing` naming the key, `codec-broken` for altered data, `codec-plaintext`. What is
   * stored stays as it is.
   */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#decode(payload));
  }

  #decode(payload: Payload): Payload {
    const given = textOf(payload, encodingField);
    if (given !== encoding) {
      if (this.#strict) throw plaintext(given);
      return payload;
    }
    const id = textOf(payload, keyIdField);
    if (id === undefined || !payload.data) throw broken('has no key id or no data');
    const key = this.#keys.find(id);
    if (!key) throw keyMissing(id, this.#keys.ids);
    const plain = decrypt(key, payload.data, id);
    if (!plain) throw broken(`does not open with its key '${id}': it was altered, or another key had this id`);
    return payloadType.decode(plain);
  }
}

interface PayloadType {
  encode(payload: Payload): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Payload;
}

/** Temporal's own description of a payload, from the copy that its SDK uses. */
function loadPayloadType(): PayloadType {
  const ofSdk = createRequire(createRequire(import.meta.url).resolve('@temporalio/common'));
  const proto: { temporal: { api: { common: { v1: { Payload: PayloadType } } } } } = ofSdk('@temporalio/proto');
  return proto.temporal.api.common.v1.Payload;
}

const payloadType = loadPayloadType();

function textOf({ metadata }: Payload, field: string): string | undefined {
  const bytes = metadata?.[field];
  return bytes ? Buffer.from(bytes).toString() : undefined;
}

function plaintext(given: string | undefined): PerdureError {
  return new PerdureError({
    code: 'codec-plaintext',
    message: `A payload is not encrypted (its encoding is ${given ?? 'not given'}), and this process takes no other.`,
    hint: 'Give whoever wrote it the same PERDURE_CODEC_KEYS, or take PERDURE_CODEC_STRICT away while old ones live.',
  });
}

function broken(what: string): PerdureError {
  return new PerdureError({
    code: 'codec-broken',
    message: `An encrypted payload ${what}.`,
    hint: 'If two keys had the same id, put the one that encrypted it back.',
  });
}

function keyMissing(id: string, known: readonly string[]): PerdureError {
  return new PerdureError({
    code: 'codec-key-missing',
    message: `A payload is encrypted with the key '${id}'; this process has ${known.join(', ')}.`,
    hint: `Put '${id}:<key>' back at the end of PERDURE_CODEC_KEYS and restart; nothing is lost.`,
  });
}
