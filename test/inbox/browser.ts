import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or the one that is named. */
const executablePath = process.env.PERDURE_CHROMIUM ?? '/usr/bin/chromium';

/** Why browser tests are left out; undefined where they are not. */
export const withoutBrowser = existsSync(executablePath)
  ? undefined
  : `no ${executablePath} (Debian package chromium): the inbox is not tried in a browser`;

// A test that is skipped does not say why.
if (withoutBrowser !== undefined) process.stderr.write(`${withoutBrowser}\n`);

/** Where pictures of pages are kept. */
export const artefacts = path.resolve(import.meta.dirname, '../artefacts/inbox');

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Takes a picture of the whole page. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(artefacts, { recursive: true });
  await page.screenshot({ path: path.join(artefacts, `${name}.png`), fullPage: true });
}

/** Gathers what a page complains of: errors of script, and what its policy forbids. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}
