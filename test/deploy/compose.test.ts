import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { Compose } from '../../cluster/compose.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const text = read('docker-compose.yml');
const guide = read('docs/deploy.md');
const { version } = JSON.parse(read('package.json')) as { version: string };
const names = [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name))];
const filledIn = Object.fromEntries(names.map((name) => [name, 'x']));
const compose = new Compose(filledIn);

/** Without it the linter would read a `.env` of whoever tests. */
const noVariables = path.join(mkdtempSync(path.join(tmpdir(), 'perdure-compose-')), 'env');
writeFileSync(noVariables, '');
afterAll(() => rmSync(path.dirname(noVariables), { recursive: true }));

/** Lints the file as Debian's docker-compose does, which needs no daemon. */
async function lint(variables: Record<string, string>): Promise<{ code: number; said: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--env-file', noVariables, '-f', path.join(root, 'docker-compose.yml'), 'config', '-q'];
  try {
    const { stderr } = await promisify(execFile)('docker-compose', args, {
      env: { PATH, HOME, ...variables },
      cwd: '/',
    });
    return { code: 0, said: stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, said: stderr };
  }
}

test('the compose file passes the linter, also with the variables that may be empty', async () => {
  expect(await lint({ ...filledIn, PERDURE_CODEC_KEYS: '', BROWSERBASE_API_KEY: '' })).toEqual({ code: 0, said: '' });
});

test('without variables it ends in one line that names the first of them and the cure', async () => {
  const { code, said } = await lint({});
  expect(code).toBe(1);
  expect(said.trim().split('\n')).toHaveLength(1);
  expect(said).toContain('TEMPORAL_DB_PASSWORD is not set: cp .env.example .env and fill it in, see docs/deploy.md');
});

test.each(names)('%s is required by its own name with the cure, stands in .env.example and in the guide', (name) => {
  const uses = [...text.matchAll(new RegExp(`\\$\\{${name}[^}]*\\}`, 'g'))].map(([use]) => use);
  const cure = 'cp .env.example .env and fill it in, see docs/deploy.md}';
  const forms = [
    `\${${name}:?${name} is not set: ${cure}`,
    `\${${name}?${name} is not set, though it may be empty: ${cure}`,
  ];
  expect(uses.filter((use) => !forms.includes(use))).toEqual([]);
  expect(read('.env.example')).toMatch(new RegExp(`^${name}=`, 'm'));
  expect(guide).toContain(`| \`${name}\` |`);
});

test('every image is pinned, ours to the version of the package, and each stands in the guide', () => {
  const images = [...text.matchAll(/^ *image: (\S+)$/gm)].map(([, image = '']) => image);
  expect(images.length).toBeGreaterThanOrEqual(5);
  for (const image of images) {
    expect(image).toMatch(/^[\w/-]+:\d+(\.\d+)+(-[\w]+)?$/);
    expect(guide).toContain(`\`${image}\``);
  }
  expect(images).toContain(`perdure:${version}`);
});

test('the tables are set up by the tools of the very server', () => {
  expect(compose.version('schema')).toBe(compose.version('temporal'));
});

test('the image is built on one pinned glibc image, and runs as nobody special', () => {
  const dockerfile = read('Dockerfile');
  const bases = new Set([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base));
  expect([...bases]).toEqual([expect.stringMatching(/^node:20\.\d+\.\d+-bookworm-slim$/)]);
  expect(dockerfile).toMatch(/^USER node$/m);
});

test('a service that is waited for has a health check or ends, and none is published to other machines', () => {
  const checks = text.split(/^ {2}(?=\w+:$)/m).filter((part) => part.includes('healthcheck:'));
  expect(checks.map((part) => part.split(':')[0])).toEqual(['postgres', 'temporal', 'worker', 'inbox']);
  const published = [...text.matchAll(/^ *- (\S+:\d+:\d+)$/gm)].map(([, port = '']) => port);
  expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('an unset variable of the file ends the cluster in one line', () => {
  expect(() => new Compose({}).service('postgres')).toThrow('docker-compose.yml needs TEMPORAL_DB_PASSWORD');
});
