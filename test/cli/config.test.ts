import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonOf, run } from './fake-context.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'perdure-cli-'));
  const file = `
taskQueue: from-file
accounts:
  anchor/billing: { apiKeyEnv: BILLING_KEY, baseUrl: 'https://anchor.example' }
`;
  await writeFile(path.join(cwd, 'perdure.config.yaml'), file);
});
afterAll(() => rm(cwd, { recursive: true }));

test('each setting is shown with the place that it comes from', async () => {
  const env = { HOME: cwd, PERDURE_HOME: 'here', TEMPORAL_ADDRESS: 'temporal.example:7233' };
  const file = path.join(cwd, 'perdure.config.yaml');
  expect(jsonOf(await run(['config', '--json'], { cwd, env }))).toEqual({
    settings: [
      { name: 'config', value: file, source: 'default' },
      { name: 'home', value: path.join(cwd, 'here'), source: 'PERDURE_HOME' },
      { name: 'files', value: path.join(cwd, 'here', 'files'), source: 'default' },
      { name: 'temporal', value: 'temporal.example:7233', source: 'TEMPORAL_ADDRESS' },
      { name: 'namespace', value: 'default', source: 'TEMPORAL_ADDRESS' },
      { name: 'taskQueue', value: 'from-file', source: file },
      { name: 'deployment', value: 'made once, kept in the home', source: 'default' },
      { name: 'retention', value: '30d 0h', source: 'default' },
      { name: 'logLevel', value: 'info', source: 'default' },
      { name: 'secrets folder', value: '/run/secrets', source: 'default' },
      { name: 'seal keys', value: 'made once, kept in the home', source: 'default' },
      { name: 'codec keys', value: 'none: nothing is encrypted', source: 'default' },
      { name: 'codec strict', value: 'off', source: 'default' },
      { name: 'account anchor/billing', value: 'https://anchor.example, key BILLING_KEY missing', source: file },
      { name: 'inbox', value: 'http://127.0.0.1:7300', source: 'default' },
      { name: 'inbox host', value: '127.0.0.1', source: 'default' },
      { name: 'inbox port', value: '7300', source: 'default' },
      { name: 'inbox tokens', value: 'made and shown by perdure up', source: 'default' },
      { name: 'prices', value: 'none: no budget can count money', source: 'default' },
    ],
  });
});

test('of channels and tokens no address, secret or token is shown', async () => {
  const file = `
accounts:
  anchor/hooked: { apiKeyEnv: KEY, webhookSecretEnv: HOOK }
channels:
  - { name: log, type: console, events: [run.ended] }
  - { name: ops, type: webhook, url: 'https://ops.example/hunter2?t=hunter2', secretEnv: OPS }
  - { name: team, type: slack, urlEnv: SLACK }
reviewers:
  ann: { groups: [finance, ops] }
  portal: { service: true }
`;
  await writeFile(path.join(cwd, 'people.yaml'), file);
  const env = {
    HOME: cwd,
    SLACK: 'https://hooks.example/hunter2',
    HOOK: 'hunter2-hook',
    PERDURE_INBOX_TOKENS: 'ann:hunter2-hunter2-hunter2',
  };
  const { stdout } = await run(['config', '--json', '--config', 'people.yaml'], { cwd, env });
  expect(stdout).not.toContain('hunter2');
  const source = path.join(cwd, 'people.yaml');
  const events = 'told of run.waiting question.escalated run.ended';
  const ops = `webhook, url https://ops.example/… (not shown), secret OPS missing, ${events}`;
  expect(JSON.parse(stdout).settings).toEqual(
    expect.arrayContaining([
      {
        name: 'account anchor/hooked',
        value: 'https://api.anchorbrowser.io, key KEY missing, webhook secret HOOK set (not shown)',
        source,
      },
      { name: 'inbox tokens', value: 'ann (tokens not shown)', source: 'PERDURE_INBOX_TOKENS' },
      { name: 'channel log', value: 'console, told of run.ended', source },
      { name: 'channel ops', value: ops, source },
      { name: 'channel team', value: `slack, url SLACK set (not shown), ${events}`, source },
      { name: 'reviewer ann', value: 'finance ops', source },
      { name: 'reviewer portal', value: 'no groups, service', source },
    ]),
  );
});

test('of a key only its variable is shown, and whether it is set', async () => {
  const env = {
    HOME: cwd,
    BILLING_KEY: 'sk-billing',
    BROWSERBASE_API_KEY: 'bb-live',
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_API_KEY: 'tmprl-live',
  };
  for (const args of [['config'], ['config', '--json'], ['doctor', '--config', 'missing.yaml']]) {
    const { stdout, stderr } = await run(args, { cwd, env });
    expect(stdout + stderr).not.toMatch(/sk-billing|bb-live|tmprl-live/);
  }
  const { stdout } = await run(['config'], { cwd, env });
  expect(stdout).toContain('key BILLING_KEY set (not shown)');
  expect(stdout).toContain('key BROWSERBASE_API_KEY set (not shown)');
});

test('a key that is kept in a file is looked for there, and one in a vault of the worker is not', async () => {
  const file = `
accounts:
  anchor/filed: { apiKey: { $secret: 'file:anchor' } }
  anchor/lost: { apiKey: { $secret: 'file:nothing' } }
  anchor/outside: { apiKey: { $secret: 'file:../kept.yaml' } }
  anchor/vaulted: { apiKey: { $secret: 'vault:team/anchor' } }
`;
  const folder = path.join(cwd, 'secrets');
  await mkdir(folder);
  await writeFile(path.join(cwd, 'kept.yaml'), file);
  await writeFile(path.join(folder, 'anchor'), 'sk-filed\n');
  const env = { HOME: cwd, PERDURE_SECRETS_FOLDER: folder };
  const { stdout } = await run(['config', '--config', 'kept.yaml'], { cwd, env });
  expect(stdout).toContain(`key file anchor in ${folder} set (not shown)`);
  expect(stdout).toContain(`key file nothing in ${folder} missing`);
  expect(stdout).toContain(`key file ../kept.yaml in ${folder} missing`);
  expect(stdout).toContain('key vault:team/anchor looked up by the worker');
  const doctor = await run(['doctor', '--config', 'kept.yaml'], { cwd, env });
  expect(doctor.stdout).toContain(`account anchor/filed: key in file anchor in ${folder}, not tried, at `);
  expect(doctor.stdout).toContain(`account anchor/lost: file nothing in ${folder} is missing here`);
  expect(doctor.stdout).toContain(`cure: Put the key into the file nothing in ${folder}`);
  expect(doctor.stdout).toContain('account anchor/vaulted: key kept as vault:team/anchor, which only the worker');
  expect(stdout + doctor.stdout + doctor.stderr).not.toContain('sk-filed');
});

test('of encryption keys only the ids are shown', async () => {
  const keys = ['new', 'old'].map((id, index) => `${id}:${Buffer.alloc(32, index + 1).toString('base64')}`).join();
  const env = { PERDURE_CODEC_KEYS: keys, PERDURE_SEAL_KEYS: keys, PERDURE_CODEC_STRICT: 'true' };
  const { stdout } = await run(['config', '--json'], { cwd, env });
  expect(stdout).not.toMatch(/AQEBAQ|AgICAg/);
  expect(JSON.parse(stdout).settings).toEqual(
    expect.arrayContaining([
      { name: 'seal keys', value: 'new, old (keys not shown)', source: 'PERDURE_SEAL_KEYS' },
      { name: 'codec keys', value: 'new, old (keys not shown)', source: 'PERDURE_CODEC_KEYS' },
      { name: 'codec strict', value: 'on', source: 'PERDURE_CODEC_STRICT' },
    ]),
  );
});

test('a terminal gets colours, unless NO_COLOR is set, and a pipe gets none', async () => {
  const escape = '\x1b[';
  expect((await run(['config'], { cwd, tty: true })).stdout).toContain(escape);
  expect((await run(['config'], { cwd, tty: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(escape);
  expect((await run(['config'], { cwd })).stdout).not.toContain(escape);
});
