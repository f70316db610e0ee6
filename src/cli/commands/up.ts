import { homeDeployment } from '../../client/deployment.js';
import type { Settings } from '../../client/settings.js';
import { embeddedTarget, externalTarget, isTemporalCloud, type TemporalTarget } from '../../client/temporal-target.js';
import { PerdureError } from '../../core/errors.js';
import type { Simulator } from '../../simulator/index.js';
import { checkSearchAttributes } from '../../worker/embedded/search-attributes.js';
import { type EmbeddedServer, startEmbeddedServer } from '../../worker/embedded/server.js';
import { type RunningWorker, startWorker } from '../../worker/index.js';
import { Closing } from '../closing.js';
import { openConnection, settingsOf, workerFlags } from '../client.js';
import type { CommandContext } from '../context.js';
import { exits } from '../exit-codes.js';
import { aborted } from '../interruption.js';
import { type InboxPlace, openInbox, type OpenInbox } from '../inbox.js';
import type { LogFormat } from '../log-format.js';
import { installLogs, logTermsOf } from '../logs.js';
import { cues, openSimulator, playCues, simulatedAccounts, simulatedEnv } from '../simulated.js';

/** What `perdure up` is given. */
export interface UpOptions {
  port?: number;
  simulator?: boolean;
  headless?: boolean;
  inboxPort?: number;
  inbox?: boolean;
  metrics?: string;
  log?: LogFormat;
  worker?: boolean;
}

/** Starts what runs need and keeps it up until it is interrupted. */
export async function up(context: CommandContext, options: UpOptions): Promise<number> {
  const { output, interruption } = context;
  const signal = interruption.take();
  const settings = settingsOf(context);
  installLogs(context, logTermsOf(context, settings, options));
  const closing = new Closing();
  try {
    const { target, server } = await reachTemporal(context, settings, options, closing);
    const simulator = options.simulator ? await simulate(context, closing) : undefined;
    if (signal.aborted) return exits.interrupted;
    const accounts = simulator && simulatedAccounts(simulator);
    const place = { target, accounts, port: options.inboxPort };
    const inbox = options.inbox === false ? undefined : await openInbox(context, settings, place, closing);
    const worker =
      options.worker === false ? undefined : await openWorker(context, settings, { ...place, inbox }, closing);
    tellUp(context, settings, { target, server, simulator, inbox, worker });
    const ends = [...(worker ? [worker.done] : []), ...(server?.exited ? [failWith(server.exited)] : [])];
    await Promise.race([aborted(signal), ...ends]);
    output.note('Stopping; runs at the providers go on. Ctrl-C again ends at once.');
    return exits.done;
  } finally {
    await closing.close();
  }
}

async function openWorker(
  context: CommandContext,
  settings: Settings,
  { target, accounts, inbox }: InboxPlace & { inbox: OpenInbox | undefined },
  closing: Closing,
): Promise<RunningWorker> {
  const worker = await startWorker({
    ...workerFlags(context, settings),
    env: context.env,
    target,
    ...(accounts && { accounts }),
    ...(inbox && { inboxUrl: inbox.url }),
  });
  closing.add(() => worker.stop());
  return worker;
}

async function reachTemporal(
  context: CommandContext,
  settings: Settings,
  { port, headless }: UpOptions,
  closing: Closing,
): Promise<{ target: TemporalTarget; server?: EmbeddedServer }> {
  const { env, output } = context;
  const external = externalTarget(env);
  if (external) {
    await assertUsable(external);
    output.note(`Temporal at ${external.address}, namespace ${external.namespace} (${external.from})`);
    return { target: external };
  }
  const home = settings.home.value;
  const server = await startEmbeddedServer({
    home,
    port,
    uiPort: headless ? false : undefined,
    retention: settings.retention.value,
    log: (line) => output.note(line),
    env,
  });
  closing.add(() => server.stop());
  output.note(server.summary);
  const { address, uiUrl } = server;
  const plain = {
    kind: 'embedded',
    address,
    namespace: 'default',
    connection: { address },
    from: home,
    uiUrl,
  } as const;
  return { target: embeddedTarget(home) ?? plain, server };
}

async function assertUsable(target: TemporalTarget): Promise<void> {
  const connection = await openConnection(target);
  try {
    await checkSearchAttributes(connection, target.namespace, isTemporalCloud(target.address));
  } catch (error) {
    if (!(error instanceof PerdureError) || error.code !== 'search-attributes-missing') throw error;
    if (isTemporalCloud(target.address)) throw error;
    const { code, message, hint = '' } = error;
    throw new PerdureError({ code, message, hint: `${hint} Or: npx perdure doctor --setup`, cause: error });
  } finally {
    await connection.close();
  }
}

async function simulate({ output }: CommandContext, closing: Closing): Promise<Simulator> {
  const simulator = await openSimulator({});
  closing.add(() => simulator.close());
  output.note(`Simulated providers at ${simulator.url}; the default accounts use them. A worker of yours does with:`);
  for (const [name, value] of Object.entries(simulatedEnv(simulator))) output.note(`  export ${name}=${value}`);
  playCues(simulator);
  output.note(
    `A task with ${cues.ask} in it asks a person where it may, with ${cues.fail} it fails, with ${cues.slow} it takes minutes.`,
  );
  return simulator;
}

interface Running {
  target: TemporalTarget;
  server?: EmbeddedServer;
  simulator?: Simulator;
  inbox?: OpenInbox;
  worker?: RunningWorker;
}

function tellInbox({ output }: CommandContext, inbox: OpenInbox | undefined): void {
  if (!inbox) return;
  const { url, made } = inbox;
  output.note(`Inbox at ${url}${made ? `; sign in as ${made.name} with the token ${made.token}` : ''}`);
}

function tellUp(context: CommandContext, settings: Settings, running: Running): void {
  const { output } = context;
  const { target, server, simulator, inbox } = running;
  const accounts = simulator ? ['anchor/default', 'browserbase/default'] : settings.accounts.map(({ name }) => name);
  const deployment = settings.deployment.value ?? homeDeployment(settings.home.value);
  const taskQueue = settings.taskQueue.value;
  const who = running.worker ? 'Worker on' : 'No worker; others serve';
  output.note(`${who} the queue '${taskQueue}', deployment ${deployment}, accounts ${accounts.join(', ') || 'none'}`);
  const [first] = accounts;
  if (first === undefined) {
    output.note('Set ANCHORBROWSER_API_KEY or BROWSERBASE_API_KEY to use the providers, or start with --simulator.');
  }
  tellInbox(context, inbox);
  const endpoint = first?.startsWith('browserbase/') ? 'browserbase.agentRun --task' : 'anchor.webTask --prompt';
  const next = first === undefined ? '' : ` In another terminal: npx perdure run ${endpoint} "…" --key first`;
  output.say(output.paint('green', `Up.${next}`));
  output.data({
    address: target.address,
    namespace: target.namespace,
    ...(server?.uiUrl && { uiUrl: server.uiUrl }),
    home: settings.home.value,
    taskQueue,
    deployment,
    accounts,
    ...(simulator && { simulator: simulator.url }),
    ...(inbox && { inbox: inbox.url, ...(inbox.made && { inboxToken: inbox.made.token }) }),
  });
}

async function failWith(exited: Promise<string>): Promise<never> {
  throw new PerdureError({
    code: 'temporal-unreachable',
    message: await exited,
    hint: 'Its log is server.log in the home folder. Start again with: npx perdure up',
  });
}
