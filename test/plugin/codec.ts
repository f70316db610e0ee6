import type { Payload, PayloadCodec } from '@temporalio/common';

const text = new TextEncoder();

/** A user's own codec: turns every byte over and marks what it turned. */
export const turningCodec: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads.map(turn)),
  decode: (payloads) => Promise.resolve(payloads.map((payload) => (isTurned(payload) ? turnBack(payload) : payload))),
};

/** Whether the codec made this payload. */
export function isTurned({ metadata }: Payload): boolean {
  return new TextDecoder().decode(metadata?.encoding ?? undefined) === 'binary/turned';
}

function turn({ metadata, data }: Payload): Payload {
  return {
    metadata: { ...metadata, inner: metadata?.encoding ?? text.encode(''), encoding: text.encode('binary/turned') },
    data: data?.map((byte) => byte ^ 255),
  };
}

function turnBack({ metadata, data }: Payload): Payload {
  const { inner = text.encode(''), ...rest } = metadata ?? {};
  return { metadata: { ...rest, encoding: inner }, data: data?.map((byte) => byte ^ 255) };
}
