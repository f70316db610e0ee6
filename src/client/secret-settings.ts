import path from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { PerdureError } from '../core/errors.js';
import { encryptingConverter } from '../secrets/data-converter.js';
import { type KeyRing, parseKeys } from '../secrets/key-ring.js';
import type { Env, Setting } from './settings.js';

/** The settings that secrets and encryption have; they come from the environment alone. */
export interface SecretSettings {
  /** Absolute: where `file:` references are looked up. */
  secretsFolder: Setting<string>;
  /** What seals live-view URLs. Undefined: made once and kept in the home. */
  sealKeys: Setting<KeyRing | undefined>;
  /** What encrypts all that Temporal stores of runs. Undefined: nothing does. */
  codecKeys: Setting<KeyRing | undefined>;
  /** Whether what is not encrypted is refused. */
  codecStrict: Setting<boolean>;
}

/** Where container platforms put secrets. */
const defaultSecretsFolder = '/run/secrets';

/** Reads these settings. Throws `config-invalid` naming the variable, never a key. */
export function secretSettings(env: Env, folder: string): SecretSettings {
  const given = env.PERDURE_SECRETS_FOLDER;
  const codecKeys = readKeys(env, 'PERDURE_CODEC_KEYS');
  const codecStrict = readSwitch(env, 'PERDURE_CODEC_STRICT');
  if (codecStrict.value && !codecKeys.value) {
    throw new PerdureError({
      code: 'config-invalid',
      message: 'PERDURE_CODEC_STRICT is on, but PERDURE_CODEC_KEYS is not set, so that nothing would be encrypted.',
      hint: 'Set PERDURE_CODEC_KEYS to a list of id:base64, newest first, or take PERDURE_CODEC_STRICT away.',
    });
  }
  return {
    secretsFolder: given
      ? { value: path.resolve(folder, given), source: 'environment', from: 'PERDURE_SECRETS_FOLDER' }
      : { value: defaultSecretsFolder, source: 'default' },
    sealKeys: readKeys(env, 'PERDURE_SEAL_KEYS'),
    codecKeys,
    codecStrict,
  };
}

/** The data converter of clients and workers with these settings; undefined where nothing is encrypted. */
export function dataConverterOf({ codecKeys, codecStrict }: SecretSettings): DataConverter | undefined {
  return codecKeys.value && encryptingConverter(codecKeys.value, { strict: codecStrict.value });
}

function readKeys(env: Env, name: string): Setting<KeyRing | undefined> {
  const text = env[name];
  if (!text) return { value: undefined, source: 'default' };
  return { value: parseKeys(text, name), source: 'environment', from: name };
}

function readSwitch(env: Env, name: string): Setting<boolean> {
  const text = env[name];
  if (!text) return { value: false, source: 'default' };
  const value = { true: true, '1': true, false: false, '0': false }[text.toLowerCase()];
  if (value === undefined) {
    throw new PerdureError({ code: 'config-invalid', message: `${name} is '${text}'; expected true or false.` });
  }
  return { value, source: 'environment', from: name };
}
