import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandContext } from './context.js';
import { isLive } from './output.js';

/** An opener that runs for longer is the browser itself. */
const openerMs = 2_000;

/**
 * Opens a page in the browser of whoever sits at this terminal. False where nobody does, where there is no display to
 * open it on, or where the system could not.
 */
export async function openPage(context: Pick<CommandContext, 'output' | 'env'>, url: string): Promise<boolean> {
  const { env, output } = context;
  if (!isLive(output.people, env) || !hasDisplay(env)) return false;
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { env: withoutKeys(env), stdio: 'ignore', detached: true });
  const over = new AbortController();
  const opened = await Promise.race([
    new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false));
      child.once('exit', (code) => resolve(code === 0));
    }),
    pause(openerMs, true, { signal: over.signal, ref: false }),
  ]);
  over.abort();
  child.unref();
  return opened;
}

const openers: Partial<Record<NodeJS.Platform, [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
};

/** A browser outlives the command by hours, and needs none of what stands there for Perdure. */
function withoutKeys(env: CommandContext['env']): NodeJS.ProcessEnv {
  const ours = /^(PERDURE_|TEMPORAL_|ANCHOR|BROWSERBASE_)|KEY|TOKEN|SECRET|PASSWORD/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

/** Whoever came by SSH sits elsewhere; on other systems than these a display is said by the environment. */
function hasDisplay(env: CommandContext['env']): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return !env.SSH_CONNECTION;
  return [env.DISPLAY, env.WAYLAND_DISPLAY, env.BROWSER].some(Boolean);
}
