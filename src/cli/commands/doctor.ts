import type { Settings } from '../../client/settings.js';
import { externalTarget } from '../../client/temporal-target.js';
import { settingsOf } from '../client.js';
import type { CommandContext } from '../context.js';
import { type Finding, fail } from '../doctor/finding.js';
import { checkAccounts, checkHome, checkNode, checkServerBinary } from '../doctor/local.js';
import { checkPackages } from '../doctor/packages.js';
import { checkOwnWorker, checkTemporal } from '../doctor/temporal.js';
import { exits } from '../exit-codes.js';
import { harmless, type Look } from '../output.js';
import { isPerdureError } from '../../core/errors.js';

/** What `perdure doctor` is given. */
export interface DoctorOptions {
  setup?: boolean;
  worker?: boolean;
}

const looks: Record<Finding['state'], Look> = { ok: 'green', warn: 'yellow', fail: 'red' };

/** Checks all that a run needs; fails when anything has to be mended first. */
export async function doctor(
  context: CommandContext,
  { setup = false, worker = false }: DoctorOptions,
): Promise<number> {
  const { output } = context;
  const findings: Finding[] = [];
  for await (const finding of worker ? examineWorker(context) : examine(context, setup)) {
    findings.push(finding);
    const { name, state, text, cure } = finding;
    output.say(`${output.paint(looks[state], state.padEnd(4))}  ${harmless(`${name}: ${text}`)}`);
    if (cure) output.say(`      ${output.paint('cyan', 'cure:')} ${harmless(cure)}`);
  }
  output.data({ findings });
  return findings.some(({ state }) => state === 'fail') ? exits.failed : exits.done;
}

async function* examineWorker(context: CommandContext): AsyncGenerator<Finding> {
  yield await checkOwnWorker(context.env, settingsOf(context));
}

async function* examine(context: CommandContext, setup: boolean): AsyncGenerator<Finding> {
  const { env, cwd } = context;
  yield checkNode();
  yield* checkPackages(cwd);
  let settings: Settings;
  let isExternal: boolean;
  try {
    settings = settingsOf(context);
    isExternal = externalTarget(env) !== undefined;
  } catch (error) {
    if (!isPerdureError(error)) throw error;
    yield fail('configuration', error.message, error.hint);
    return;
  }
  yield checkHome(settings);
  yield* await checkAccounts(settings, env);
  if (!isExternal) yield await checkServerBinary(env);
  yield* await checkTemporal(env, settings, setup);
}
