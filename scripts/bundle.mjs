import { rmSync, writeFileSync } from 'node:fs';
import { builtBundleFile, ownWorkflowBundle } from '../dist/src/worker/workflow-bundle.js';

// Workers that start from the build need not bundle Perdure's own workflows first, which takes seconds.
rmSync(builtBundleFile(), { force: true });
const { code } = await ownWorkflowBundle();
writeFileSync(builtBundleFile(), code);
