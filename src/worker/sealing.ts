import type { Settings } from '../client/settings.js';
import { homeSealKeys } from '../secrets/home-key.js';
import { Sealer } from '../secrets/sealing.js';

/** Seals texts with the configured keys, or with the home's own, which is made when it is first needed. */
export function sealWith(settings: Settings): (text: string, context: string) => string {
  let sealer: Sealer | undefined;
  return (text, context) => {
    sealer ??= new Sealer(settings.sealKeys.value ?? homeSealKeys(settings.home.value));
    return sealer.seal(text, context);
  };
}
