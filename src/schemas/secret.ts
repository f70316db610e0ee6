import { z } from 'zod';
import { isSecretRef, type SecretRef, secret } from '../core/secret.js';

const variable = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
const withResolver = /^[a-z][a-z0-9.+-]{0,31}:[^\s]{1,400}$/;
const inFiles = /^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/;

const rule = {
  expected: "secret('NAME')",
  hint: "A value that is given here would be stored in Temporal: put it into the worker's environment and write secret('NAME'), where NAME is the variable.",
};

/** A reference made by `secret('NAME')`; its name is an environment variable or `<resolver>:<name>`. */
export const secretRef = z.custom<SecretRef>((value) => isSecretRef(value) && isSecretName(value.$secret), {
  params: rule,
});

/** A text, or a reference to one. */
export const textOrSecret = z.union([z.string(), secretRef]);

/** A secret as configuration files write it: `${env:NAME}`. */
export const secretText = z.custom<string | SecretRef>(
  (value) => secretRef.safeParse(value).success || (typeof value === 'string' && inFiles.test(value)),
  {
    params: {
      expected: 'a reference such as ${env:NAME}',
      hint: 'Keys stay out of files: put the key into the environment and name the variable.',
    },
  },
);

/** The variable that holds a secret. */
export const environmentName = z.string().regex(variable, { error: 'the name of an environment variable' });

/** What a file says of a secret, by reference or by the name of its variable, as a reference. */
export function referenceOf(given: string | SecretRef | undefined, variableName = ''): SecretRef {
  if (given === undefined) return secret(`env:${variableName}`);
  return typeof given === 'string' ? secret(given.slice('${'.length, -1)) : given;
}

function isSecretName(name: string): boolean {
  return variable.test(name) || withResolver.test(name);
}
