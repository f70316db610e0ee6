// Writes the JSON Schema of plans for editors. After a build: node scripts/plan-schema.mjs
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { planJsonSchema } from '../dist/src/plan/index.js';

const file = path.resolve(import.meta.dirname, '..', 'docs', 'plan.schema.json');
writeFileSync(file, `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
