import { createHash } from 'node:crypto';
import { carriedBy } from './plan.ts';
import type { Executable, Ran, SeenHost, Served } from './service.ts';
import { ago } from './units.ts';

/** The container engine of a machine. Its containers are the hosts of the estate that the machine carries. */
export const docker =
  (program: string, versionOf: (host: SeenHost) => string): Executable =>
  async ([verb = '', ...args], served) => {
    const { host } = served;
    const isUp = host.runs(program);
    if (verb === 'version' || verb === '--version' || verb === '-v')
      return verb === 'version' ? version(versionOf(host), isUp) : shortVersion(versionOf(host));
    if (!isUp) return { err: NO_DAEMON, code: 1 };
    switch (verb) {
      case 'ps':
        return list(containersOn(served), args);
      case 'inspect':
        return inspect(containersOn(served), args);
      case 'start':
      case 'stop':
      case 'restart':
      case 'rm':
        return change(verb, served, args);
      default:
        return { err: `docker: '${verb}' is not a docker command.\nSee 'docker --help'.\n`, code: 1 };
    }
  };

const NO_DAEMON =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';

function version(words: string, isUp: boolean): Ran {
  const [, commit = words] = words.split('-');
  const part = (title: string): string =>
    [
      `${title}:`,
      ` Version:      ${words}`,
      ' API version:  1.23',
      ' Go version:   go1.5.4',
      ` Git commit:   ${commit}`,
      ' OS/Arch:      linux/amd64',
      '',
    ].join('\n');
  return isUp
    ? { out: `${part('Client')}\n${part('Server')}` }
    : { out: part('Client'), err: NO_DAEMON, code: 1 };
}

const shortVersion = (words: string): Ran => ({
  out: `Docker version ${words}, build ${words.split('-')[1] ?? words}\n`,
});

interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly host: SeenHost;
  readonly isUp: boolean;
  /** By the clock of the machine. */
  readonly startedAt: string;
}

function containersOn({ host, estate }: Served): readonly Container[] {
  const all = estate.hosts.map(({ plan }) => plan);
  const names = carriedBy(host.plan, all).map(({ name }) => name);
  return estate.hosts
    .filter(({ plan, conditions }) => names.includes(plan.name) && !conditions.isRemoved)
    .map((each) => ({
      id: createHash('sha256').update(each.plan.name).digest('hex'),
      name: each.plan.name,
      image: `registry.practice.local/${each.plan.app.id}:1.0`,
      host: each,
      isUp: !each.conditions.isOff,
      startedAt: new Date(each.containerSince() + host.conditions.clockSkewSeconds * 1000).toISOString(),
    }));
}

const statusOf = ({ isUp, host }: Container): string =>
  isUp ? `Up ${ago(host.containerSince())}` : `Exited (137) ${ago(host.containerSince())} ago`;

/** What a format of docker's names: `{{.Names}}` of a list, `{{.State.Status}}` of one container. */
const fieldsOf = (container: Container, isWhole: boolean): Readonly<Record<string, string>> => ({
  Id: container.id,
  ID: isWhole ? container.id : container.id.slice(0, 12),
  Names: container.name,
  Name: `/${container.name}`,
  Image: container.image,
  Status: statusOf(container),
  State: container.isUp ? 'running' : 'exited',
  'State.Status': container.isUp ? 'running' : 'exited',
  'State.Running': String(container.isUp),
  'State.ExitCode': container.isUp ? '0' : '137',
  'State.StartedAt': container.startedAt,
});

const formatted = (format: string, container: Container, isWhole = false): string =>
  format
    .replaceAll('\\t', '\t')
    .replaceAll(
      /\{\{\s*\.([\w.]+)\s*\}\}/g,
      (_, field: string) => fieldsOf(container, isWhole)[field] ?? '<no value>',
    );

function list(containers: readonly Container[], args: readonly string[]): Ran {
  const { flags, values } = read(args, ['--format', '--filter', '-f']);
  const isAll = flags.some((flag) => flag === '--all' || /^-\w*a/.test(flag));
  const isQuiet = flags.some((flag) => flag === '--quiet' || /^-\w*q/.test(flag));
  const wanted = (values['--filter'] ?? values['-f'] ?? '').split('=');
  const shown = containers
    .filter(({ isUp }) => isAll || isUp || wanted[1] === 'exited')
    .filter((each) => fits(each, wanted[0] ?? '', wanted[1] ?? ''));
  const format = isQuiet ? '{{.ID}}' : values['--format'];
  const isWhole = flags.includes('--no-trunc');
  if (format !== undefined)
    return { out: shown.map((each) => `${formatted(format, each, isWhole)}\n`).join('') };
  const rows = shown.map((each) => [
    isWhole ? each.id : each.id.slice(0, 12),
    each.image,
    '"/sbin/init"',
    `${ago(each.host.containerSince())} ago`,
    statusOf(each),
    '',
    each.name,
  ]);
  const table = [['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'], ...rows];
  const widths = table[0]?.map((_, k) => Math.max(...table.map((row) => row[k]?.length ?? 0)) + 3) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k] ?? 0))
      .join('')
      .trimEnd(),
  );
  return { out: `${lines.join('\n')}\n` };
}

const fits = (container: Container, key: string, value: string): boolean =>
  key === 'status'
    ? value === (container.isUp ? 'running' : 'exited')
    : key !== 'name' || container.name.includes(value.replace(/^\^?\/?|\$$/g, ''));

function inspect(containers: readonly Container[], args: readonly string[]): Ran {
  const { values, rest } = read(args, ['-f', '--format', '--type']);
  const format = values['-f'] ?? values['--format'];
  const found = rest.map((name) => ({ name, container: named(containers, name) }));
  const known = found.flatMap(({ container }) => container ?? []);
  const missing = found.filter(({ container }) => !container);
  const out =
    format === undefined
      ? `${JSON.stringify(known.map(described), null, 4)}\n`
      : known.map((each) => `${formatted(format, each)}\n`).join('');
  return {
    out,
    err: missing.map(({ name }) => `Error: No such image or container: ${name}\n`).join(''),
    code: missing.length > 0 ? 1 : 0,
  };
}

const described = (container: Container) => ({
  Id: container.id,
  Name: `/${container.name}`,
  State: {
    Status: container.isUp ? 'running' : 'exited',
    Running: container.isUp,
    ExitCode: container.isUp ? 0 : 137,
    StartedAt: container.startedAt,
  },
  Config: { Hostname: container.name, Image: container.image },
});

async function change(
  verb: 'start' | 'stop' | 'restart' | 'rm',
  served: Served,
  args: readonly string[],
): Promise<Ran> {
  const { flags, rest } = read(args, ['-t', '--time']);
  const isForced = flags.some((flag) => flag === '--force' || /^-\w*f/.test(flag));
  const containers = containersOn(served);
  let [out, err] = ['', ''];
  for (const name of rest) {
    const container = named(containers, name);
    if (!container) {
      err += `Error response from daemon: No such container: ${name}\n`;
      continue;
    }
    const { sideEffects } = served;
    if (verb === 'rm') {
      if (container.isUp && !isForced) {
        err += `Error response from daemon: You cannot remove a running container ${container.id}. Stop the container before attempting removal or use -f\n`;
        continue;
      }
      await sideEffects.remove(container.name);
    } else if (verb === 'stop') await sideEffects.switchOff(container.name);
    else if (verb === 'restart' || !container.isUp) await sideEffects.switchOn(container.name);
    out += `${name}\n`;
  }
  return { out, err, code: err === '' ? 0 : 1 };
}

const named = (containers: readonly Container[], name: string): Container | undefined =>
  containers.find((each) => each.name === name || (name.length >= 4 && each.id.startsWith(name)));

/** Options with a value, options without, and the rest. */
function read(
  args: readonly string[],
  withValue: readonly string[],
): {
  readonly flags: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
} {
  const values: Record<string, string> = {};
  const flags: string[] = [];
  const rest: string[] = [];
  for (let k = 0; k < args.length; k += 1) {
    const [name = '', ...after] = (args[k] ?? '').split('=');
    if (!name.startsWith('-')) rest.push(args[k] ?? '');
    else if (!withValue.includes(name)) flags.push(name);
    else if (after.length > 0) values[name] = after.join('=');
    else {
      k += 1;
      values[name] = args[k] ?? '';
    }
  }
  return { flags, values, rest };
}
