import path from 'node:path';

const anyPackage = () => true;

/** Which room may import which, and which packages: the table of the architecture, in one place. */
export const rooms = {
  'src/core': { rooms: [], packages: () => false },
  workflows: { rooms: ['src/core'], packages: (name) => name === '@temporalio/workflow', types: ['activities'] },
  'src/schemas': { rooms: ['src/core'], packages: anyPackage },
  'src/plan': { rooms: ['src/core', 'src/schemas'], packages: anyPackage },
  'src/http': { rooms: ['src/core'], packages: anyPackage },
  'src/secrets': { rooms: ['src/core'], packages: anyPackage },
  'src/telemetry': { rooms: ['src/core'], packages: anyPackage, types: ['src/http'] },
  'src/providers': { rooms: ['src/core', 'src/schemas', 'src/http'], packages: anyPackage },
  'src/channels': { rooms: ['src/core', 'src/http'], packages: anyPackage },
  activities: { rooms: ['src/core', 'src/providers', 'src/channels', 'src/secrets'], packages: anyPackage },
  'src/client': {
    rooms: ['src/core', 'src/schemas', 'src/plan', 'src/secrets', 'src/telemetry'],
    packages: anyPackage,
  },
  'src/worker': {
    rooms: ['src/core', 'src/schemas', 'activities', 'src/client', 'src/secrets', 'src/telemetry'],
    packages: anyPackage,
  },
  'src/inbox': {
    rooms: ['src/core', 'src/schemas', 'src/plan', 'src/client', 'src/providers', 'src/secrets'],
    packages: anyPackage,
  },
  'src/codec-server': { rooms: ['src/core', 'src/secrets', 'src/inbox'], packages: anyPackage },
  'src/cli': {
    rooms: [
      'src/codec-server',
      'src/core',
      'src/schemas',
      'src/plan',
      'src/http',
      'src/providers',
      'src/secrets',
      'src/client',
      'src/worker',
      'src/inbox',
      'src/simulator',
      'src/testing',
    ],
    packages: anyPackage,
  },
  'src/simulator': { rooms: [], packages: anyPackage, types: ['src/core'] },
  'src/testing': { rooms: ['src/simulator', 'src/client', 'src/worker', 'src/core'], packages: anyPackage },
};

/** The room that a path (relative to the root, with forward slashes) lies in, or undefined. */
function roomOf(relative) {
  return Object.keys(rooms).find((room) => relative === room || relative.startsWith(`${room}/`));
}

function judge(context, node, specifier) {
  const root = context.cwd;
  const file = path.relative(root, context.filename).split(path.sep).join('/');
  const room = roomOf(file);
  if (!room || /\.test\.tsx?$/.test(file)) return;
  const law = rooms[room];
  if (!specifier.startsWith('.')) {
    if (!law.packages(specifier))
      context.report({ node, message: `${room} may not import the package '${specifier}'` });
    return;
  }
  const target = path
    .relative(root, path.resolve(path.dirname(context.filename), specifier))
    .split(path.sep)
    .join('/');
  const other = roomOf(target);
  if (other === room) return;
  const typeOnly = node.importKind === 'type' || node.exportKind === 'type';
  const allowed = other && (law.rooms.includes(other) || (typeOnly && law.types?.includes(other)));
  if (!allowed) context.report({ node, message: `${room} may not import ${other ?? target}` });
}

/** @type {import('eslint').Rule.RuleModule} */
const importFence = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => node.source && judge(context, node, node.source.value);
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: (node) => node.source.type === 'Literal' && judge(context, node, node.source.value),
    };
  },
};

export const plugin = { rules: { 'import-fence': importFence } };
