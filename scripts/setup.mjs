// Installs what `npm run demo` and `npm test` need and nothing else. Runs before anything is installed: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = [20, 19];
const TOOLS = [
  { finds: ['redis-server'], debian: 'redis-server' },
  { finds: ['mariadbd'], debian: 'mariadb-server' },
  { finds: ['sshd'], debian: 'openssh-server' },
  { finds: ['ssh', 'ssh-keygen'], debian: 'openssh-client' },
  { finds: ['ip', 'ss'], debian: 'iproute2' },
  { finds: ['curl'], debian: 'curl' },
  { finds: ['unshare', 'nsenter'], debian: 'util-linux' },
];
const BROWSER = [
  { finds: ['chromium'], debian: 'chromium' },
  { files: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'], debian: 'fonts-noto-cjk' },
];
const FOLDERS = [
  ...(process.env.PATH ?? '').split(':'),
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
  '/bin',
];

checkNode();
installPackages();
installTools(process.argv.includes('--browser') ? [...TOOLS, ...BROWSER] : TOOLS);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  stop(
    `Node ${process.versions.node} is too old. Install Node ${LEAST_NODE.join('.')} or newer, then run this again.`,
  );
}

/** npm packages, again only when the lock file changed. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const mark = path.join(root, 'node_modules', '.installed-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say('Installing npm packages …');
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts'],
    'npm could not install the packages of package-lock.json.',
  );
  mkdirSync(path.dirname(mark), { recursive: true });
  writeFileSync(mark, lock);
}

function installTools(tools) {
  const missing = tools.filter(
    ({ finds = [], files = [] }) => !finds.every(onPath) || !files.every((file) => existsSync(file)),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ debian }) => debian);
  if (!onPath('apt-get'))
    stop(
      `Install these first, then run this again: ${missing.flatMap(({ finds, files }) => finds ?? files).join(', ')} (on Debian: ${names.join(', ')}).`,
    );
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  if (sudo.length > 0 && !onPath('sudo'))
    stop(`As root: apt-get install --no-install-recommends ${names.join(' ')}   Then run this again.`);
  say(`Installing Debian packages: ${names.join(', ')} …`);
  withoutStartingServices(sudo, () => {
    run(
      [...sudo, 'apt-get'][0],
      [...sudo, 'apt-get', 'update', '-qq'].slice(1),
      'apt-get could not read its package lists.',
    );
    run(
      [...sudo, 'env'][0],
      [
        ...sudo,
        'env',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        'install',
        '-y',
        '-qq',
        '--no-install-recommends',
        ...names,
      ].slice(1),
      `apt-get could not install ${names.join(', ')}.`,
    );
  });
}

/** Debian starts a server when its package is installed; Fettle starts its own, so a policy says no meanwhile. */
function withoutStartingServices(sudo, install) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = sudo.length === 0 && !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function onPath(program) {
  return FOLDERS.some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}

function run(program, args, complaint) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) stop(`${complaint} What it printed stands above.`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}
