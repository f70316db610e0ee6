import { createHash } from 'node:crypto';
import { icon } from './icon.js';
import { script } from './script.js';
import { pieces } from './pieces.js';
import { stylesheet } from './stylesheet.js';

/** Everything that a page loads, by its name. */
const assets = {
  'inbox.css': { type: 'text/css; charset=utf-8', text: stylesheet + pieces },
  'inbox.js': { type: 'text/javascript; charset=utf-8', text: script },
  'icon.svg': { type: 'image/svg+xml', text: icon },
} as const;

type AssetName = keyof typeof assets;

const version = createHash('sha256')
  .update(
    Object.values(assets)
      .map(({ text }) => text)
      .join('\0'),
  )
  .digest('hex')
  .slice(0, 12);

/** Where a page finds it; another address for other contents. */
export function assetPath(name: AssetName): string {
  return `/assets/${version}/${name}`;
}

/** What is at that place; undefined where nothing is. */
export function findAsset(given: string, name: string): { type: string; text: string } | undefined {
  if (given !== version || !Object.hasOwn(assets, name)) return undefined;
  return assets[name as AssetName];
}
