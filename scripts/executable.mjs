import { chmodSync } from 'node:fs';

// The compiler writes plain files; in a checkout, npx runs this one as it is.
chmodSync(new URL('../dist/src/cli/main.js', import.meta.url), 0o755);
