import tseslint from 'typescript-eslint';
import { plugin as perdure } from './scripts/lint/rooms.mjs';

const library = ['src/**/*.ts', 'src/**/*.tsx', 'workflows/**/*.ts', 'activities/**/*.ts'];
const entries = ['src/index.ts', 'src/*/index.ts', 'workflows/index.ts'];
const rawError = {
  selector: "ThrowStatement > NewExpression[callee.name='Error']",
  message: 'Throw one of the coded errors of src/core/errors.ts.',
};
const defaultExport = { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' };
const exportAll = { selector: 'ExportAllDeclaration', message: 'Entries name what they export.' };

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.perdure/**',
      'coverage/**',
      'test/artefacts/**',
      'workflows/bundle-*.cjs',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    plugins: { '@typescript-eslint': tseslint.plugin, perdure },
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', rawError],
      'perdure/import-fence': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  { files: library, rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', rawError, defaultExport] } },
  { files: entries, rules: { 'no-restricted-syntax': ['error', rawError, defaultExport, exportAll] } },
);
