// Who imports whom, downward only. Cycles are found by oxlint (import/no-cycle), which can tell imports of types apart.
// Read by swc: dependency-cruiser's own TypeScript support ends
// before TypeScript 7, and then it silently finds no modules at all.

/** Folders of the sources and what each may import of the others. */
const ALLOWED = {
  model: [],
  runbooks: ['model'],
  activities: ['runbooks', 'model'],
  workflows: ['model'],
  workers: ['activities', 'runbooks', 'model', 'workflows'],
  lab: ['workers', 'activities', 'runbooks', 'model'],
  cli: ['lab', 'workers', 'activities', 'runbooks', 'model'],
  bin: ['cli'],
  scripts: [],
};
const FOLDERS = [...Object.keys(ALLOWED), 'test', 'bench'];
/** Where a runbook is put together: with its activities, and with commands of its own, which need types of the command line. */
const REGISTRY = '^runbooks/(index|define-runbook|[^/]+/(index|commands))\\.ts$';
/** What every runbook goes by; whatever lies in another folder of these four belongs to one runbook. */
const SHARED =
  '(workflows/(run|rollout|turn|locks|drain)|activities/(planning|locks|drain|step|secrets|powershell)|runbooks/(input|planning))/';

const layers = Object.entries(ALLOWED).map(([folder, allowed]) => ({
  name: `${folder}-imports-downward-only`,
  comment: `${folder}/ may import ${allowed.length === 0 ? 'no other folder' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: REGISTRY },
  to: { path: `^(${FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layers,
    {
      name: 'registry-imports-what-a-runbook-is-made-of',
      comment: 'The registry of runbooks may import activities, and the types that a command of a runbook needs.',
      severity: 'error',
      from: { path: REGISTRY },
      to: { path: '^(workflows|workers|lab|cli|test|bench)/', pathNot: '^cli/command-tools\\.ts$' },
    },
    {
      name: 'registry-is-handed-down',
      comment: 'Only workers, lab and cli import the registry; whatever lies below gets it as an argument.',
      severity: 'error',
      from: { path: '^(model|runbooks|activities|workflows)/', pathNot: REGISTRY },
      to: { path: REGISTRY, pathNot: '/(scripts|guards)/' },
    },
    {
      name: 'engine-knows-no-runbook',
      comment: 'The engine and the command line know a runbook by its line of registration only.',
      severity: 'error',
      from: {
        path: `^(${SHARED}|(workflows|activities|model|runbooks)/[^/]+\\.ts$|cli/)`,
        pathNot: [REGISTRY, '^workflows/index\\.ts$'],
      },
      to: { path: '^(workflows|activities|model|runbooks)/[^/]+/', pathNot: `^${SHARED}` },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'model-stands-alone',
      comment:
        'model/ is in the sandbox of workflows and in every other part: it imports no package and nothing of Node.',
      severity: 'error',
      from: { path: '^model/' },
      to: { dependencyTypesNot: ['local'] },
    },
    {
      name: 'workflows-are-deterministic',
      comment: 'Workflow code runs in a sandbox and is replayed: only @temporalio/workflow and @temporalio/common.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { pathNot: ['^(workflows|model)/', '^node_modules/@temporalio/(workflow|common)/'] },
    },
    {
      name: 'runbooks-are-pure',
      comment: 'Plans are pure functions of input and facts: nothing of Node but hashing and addresses, no Temporal.',
      severity: 'error',
      from: { path: '^runbooks/' },
      to: {
        path: [
          '^node_modules/@temporalio/',
          '^(node:)?(fs|child_process|net|http|https|os|worker_threads|timers)(/|$)',
        ],
      },
    },
    {
      name: 'no-development-packages',
      comment: 'A package that the product needs belongs into dependencies.',
      severity: 'error',
      from: { path: '^(model|runbooks|activities|workflows|workers|lab|cli)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '/@types/' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|\\.fettle|coverage|docs)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
