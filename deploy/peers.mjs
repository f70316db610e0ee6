import { readFileSync } from 'node:fs';

// The peers of the package in the very versions that it is tested with, as arguments of npm install.
const { peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const names = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
process.stdout.write(names.map((name) => `${name}@${devDependencies[name]}`).join(' '));
