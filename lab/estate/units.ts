import type { Executable, Ran, SeenHost, Served } from './service.ts';

/** A service of a host as its administrators call it, and the program that it is. */
export interface Unit {
  readonly program: string;
  readonly description: string;
}

/** `service` and `systemctl` of a host with systemd, for these units. */
export const unitCommands = (
  units: Readonly<Record<string, Unit>>,
): Readonly<Record<'/usr/sbin/service' | '/usr/bin/systemctl', Executable>> => ({
  '/usr/sbin/service': async ([name = '', verb = ''], served) => {
    const { out = '', ...ran } = await control(units, name, verb, served);
    return { ...ran, out: `Redirecting to /bin/systemctl ${verb} ${name}.service\n${out}` };
  },
  '/usr/bin/systemctl': (args, served) => {
    const [verb = '', name = ''] = args.filter((each) => !each.startsWith('-'));
    return control(units, name.replace(/\.service$/, ''), verb, served);
  },
});

/** A script with the usual words, as it lies in /etc/init.d or beside an agent. `name` is what it calls its program. */
export const controlScript =
  (program: string, name: string): Executable =>
  async ([verb = ''], { host, sideEffects }) => {
    const said = (out: string, code = 0): Ran => ({ out: `${out}\n`, code });
    switch (verb) {
      case 'status':
        return host.runs(program) ? said(`${name} is running`) : said(`${name} is stopped`, 3);
      case 'start':
        if (host.runs(program)) return said(`${name} is already running`);
        await sideEffects.start(host.plan.name, program);
        return said(`${name} started`);
      case 'restart':
        await sideEffects.start(host.plan.name, program);
        return said(`${name} restarted`);
      case 'stop':
        await sideEffects.stop(host.plan.name, program);
        return said(`${name} stopped`);
      default:
        return { err: 'Usage: {start|stop|restart|status}\n', code: 2 };
    }
  };

async function control(
  units: Readonly<Record<string, Unit>>,
  name: string,
  verb: string,
  { host, sideEffects }: Served,
): Promise<Ran> {
  const unit = units[name];
  if (!unit) {
    const code = verb === 'status' || verb === 'is-active' ? 4 : 5;
    return { err: `Unit ${name}.service could not be found.\n`, code };
  }
  const isActive = host.runs(unit.program);
  switch (verb) {
    case 'status':
      return { out: status(name, unit, host), code: isActive ? 0 : 3 };
    case 'is-active':
      return { out: `${isActive ? 'active' : 'inactive'}\n`, code: isActive ? 0 : 3 };
    case 'show':
      return { out: properties(isActive, host.since(unit.program)) };
    case 'start':
      if (!isActive) await sideEffects.start(host.plan.name, unit.program);
      return {};
    case 'restart':
      await sideEffects.start(host.plan.name, unit.program);
      return {};
    case 'stop':
      await sideEffects.stop(host.plan.name, unit.program);
      return {};
    default:
      return { err: `Unknown operation '${verb}'.\n`, code: 1 };
  }
}

/** Of a machine that has been up for as long as its clock counts. */
const properties = (isActive: boolean, since: number): string =>
  `ActiveState=${isActive ? 'active' : 'inactive'}\nActiveEnterTimestamp=${new Date(since).toISOString()}\nActiveEnterTimestampMonotonic=${since * 1000}\n`;

function status(name: string, { program, description }: Unit, host: SeenHost): string {
  const since = host.since(program);
  const { date, time, zone } = host.local(since);
  const day = new Date(`${date}T00:00:00Z`).toUTCString().slice(0, 3);
  const state = host.runs(program) ? 'active (running)' : 'inactive (dead)';
  return [
    `● ${name}.service - ${description}`,
    `   Loaded: loaded (/usr/lib/systemd/system/${name}.service; enabled; vendor preset: disabled)`,
    `   Active: ${state} since ${day} ${date} ${time} ${zone === '+0000' ? 'UTC' : zone}; ${ago(since)} ago`,
    '',
  ].join('\n');
}

/** `3 weeks`, `2 hours`, `5 seconds`, as container engines and init systems say it. */
export function ago(since: number): string {
  const seconds = Math.max(1, Math.round((Date.now() - since) / 1000));
  for (const [name, length] of [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${name}s`;
  }
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
