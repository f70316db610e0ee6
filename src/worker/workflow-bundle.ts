import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkerOptions } from '@temporalio/worker';

const requireHere = createRequire(import.meta.url);

/** Perdure's own workflows. */
export const ownWorkflowsPath = workflowFile('index');

/** What carries the questions and the budget of a workflow over to its next execution and its children. */
export const carryOverPath = workflowFile('carry-over');

/** What carries a trace on, and what has the logs of runs say which run they are of. */
export const observingPaths = [workflowFile('tracing'), workflowFile('log-attributes')];

/** A file of the workflows: compiled, or as source where Perdure runs from its sources. */
function workflowFile(name: string): string {
  const files = ['js', 'ts'].map((extension) =>
    fileURLToPath(new URL(`../../workflows/${name}.${extension}`, import.meta.url)),
  );
  return files.find((file) => existsSync(file)) ?? '';
}

const bundles = new Map<string, Promise<{ code: string }>>();

/**
 * The bundle of Perdure's own workflows for a pair of converters: once in a process it is made, or read where the build
 * has made it for the same version of the SDK.
 */
export function ownWorkflowBundle(converter: WorkerOptions['dataConverter'] = {}): Promise<{ code: string }> {
  const { payloadConverterPath, failureConverterPath } = converter;
  const key = JSON.stringify([payloadConverterPath, failureConverterPath]);
  const known = bundles.get(key);
  if (known) return known;
  const plain = payloadConverterPath === undefined && failureConverterPath === undefined;
  const bundle = ((plain && readBundle()) || makeBundle(converter)).then(withShortStacks);
  bundles.set(key, bundle);
  return bundle;
}

/**
 * For the stack trace query the SDK takes the stack of every promise in a workflow, frame by frame: without a bound that
 * is a fifth of what a worker of runs does. Set before the SDK freezes what is global, in the first line, so that the
 * source map still fits.
 */
export function withShortStacks({ code }: { code: string }): { code: string } {
  return { code: `Error.stackTraceLimit = 3; ${code}` };
}

function makeBundle({ payloadConverterPath, failureConverterPath }: WorkerOptions['dataConverter'] & object) {
  return bundleWorkflowCode({
    workflowsPath: ownWorkflowsPath,
    // Shared by all workflows of a worker, so they must keep no state of their own.
    preloadModules: [ownWorkflowsPath, ...observingPaths],
    workflowInterceptorModules: observingPaths,
    payloadConverterPath,
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
  });
}

function readBundle(): Promise<{ code: string }> | undefined {
  const file = builtBundleFile();
  return existsSync(file) ? Promise.resolve({ code: readFileSync(file, 'utf8') }) : undefined;
}

/** Where the build leaves the bundle: it holds the SDK's workflow part, so it is for one version of the SDK. */
export function builtBundleFile(): string {
  const { version } = requireHere('@temporalio/worker/package.json') as { version: string };
  return fileURLToPath(new URL(`../../workflows/bundle-${version}.cjs`, import.meta.url));
}
