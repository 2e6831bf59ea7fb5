import {
  afterRestart,
  activeFaultsOf,
  CannotBreak,
  type Cause,
  findFault,
  isActiveFault,
  placesOf,
} from './active-faults.ts';
import { withEnded } from './conditions.ts';
import type { Controls } from './control.ts';
import type { ActiveFault, Fault } from './faults/index.ts';
import type { Host } from './host.ts';
import type { Hosts } from './hosts.ts';
import type { Release } from './orders/release.ts';
import type { SideEffect, SideEffects } from './service.ts';

/** What can be broken, mended and asked, and what the hosts themselves do. One change at a time. */
export function makeControls(
  hosts: Hosts,
  release: Release | undefined,
): { readonly controls: Controls; readonly sideEffects: SideEffects } {
  let causes: readonly Cause[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const done = last.then(change);
    last = done.catch(() => undefined);
    return done;
  };
  const plans = hosts.hosts.map(({ plan }) => plan);
  const hostOf = (name: string): Host => {
    const host = hosts.hosts.find(({ plan }) => plan.name === name);
    if (host) return host;
    const there = plans.map((plan) => plan.name).join(', ');
    throw new CannotBreak(`there is no host "${name}"; there are ${there}`);
  };
  const platformOf = (fault: Fault): Release => {
    if (release) return release;
    throw new CannotBreak(`${fault.id} needs the release platform, which this estate does not have`);
  };
  const restart = async (
    host: Host,
    programs: readonly string[],
    undone: readonly string[],
  ): Promise<void> => {
    const isUndone = (cause: Cause): boolean =>
      !isActiveFault(cause) && undone.includes(cause.name) && cause.on.includes(host.plan.name);
    causes = afterRestart(causes, host.plan, programs).filter((cause) => !isUndone(cause));
    await hosts.restart(host, programs, causes);
  };

  const controls: Controls = {
    break: (id, on) =>
      inTurn(async () => {
        const fault = findFault(id);
        const broken = activeFaultsOf(fault, placesOf(fault, on, plans), plans);
        if (fault.on === 'order') {
          const { database, flow } = platformOf(fault);
          for (const { on: order } of broken) await fault.apply(database, flow, order);
        }
        causes = [...causes.filter((cause) => !isActiveFault(cause) || !isAmong(cause, broken)), ...broken];
        if (fault.on === 'host') await hosts.settle(causes);
        return broken;
      }),
    mend: (id, on) =>
      inTurn(async () => {
        if (id !== 'all') findFault(id);
        const activeFaults = causes.filter(isActiveFault);
        const meant = activeFaults.filter(
          (one) => (id === 'all' || one.fault === id) && (on === undefined || one.on === on),
        );
        const brought = meant.flatMap((one) => activeFaultsOf(findFault(one.fault), [one.on], plans));
        const mended = activeFaults.filter((one) => isAmong(one, meant) || isAmong(one, brought));
        const isAll = id === 'all' && on === undefined;
        causes = isAll ? [] : causes.filter((cause) => !isActiveFault(cause) || !isAmong(cause, mended));
        for (const one of mended) {
          const fault = findFault(one.fault);
          if (fault.on !== 'order') continue;
          const { database, flow } = platformOf(fault);
          await fault.mend(database, flow, one.on);
        }
        await hosts.settle(causes);
        return mended;
      }),
    restart: (name) => inTurn(() => restartHost(hostOf(name))),
    state: () => ({
      hosts: hosts.hosts.map((host) => ({
        name: host.plan.name,
        app: host.plan.app.id,
        address: host.plan.sshAddress,
        processRuns: host.runs(),
        faults: causes.flatMap((cause) =>
          isActiveFault(cause) && cause.on === host.plan.name ? [cause.fault] : [],
        ),
      })),
      orders: causes.filter(isActiveFault).filter(({ fault }) => findFault(fault).on === 'order'),
      signals: release?.flow.signals.length ?? 0,
    }),
    signals: () => release?.flow.signals ?? [],
  };
  const restartHost = (host: Host): Promise<void> => {
    const programs = host.plan.app.programs.map(({ id }) => id);
    host.beginAnew();
    return restart(host, programs, [SWITCHED_OFF, REMOVED, ...programs.map(stopped)]);
  };

  const take = (act: SideEffect): Promise<void> =>
    inTurn(async () => {
      const isOver = (cause: Cause): boolean =>
        isActiveFault(cause)
          ? act.on.includes(cause.on) && (act.mends ?? []).includes(cause.fault)
          : cause.name === act.name && cause.on.every((host) => act.on.includes(host));
      causes = [...causes.filter((cause) => !isOver(cause)), act];
      await hosts.settle(causes);
    });
  const sideEffects: SideEffects = {
    do: take,
    stop: (host, program) =>
      take({ name: stopped(program), on: [host], change: (now) => withEnded(now, program) }),
    start: (host, program) => inTurn(() => restart(hostOf(host), [program], [stopped(program)])),
    switchOff: (host) => take({ name: SWITCHED_OFF, on: [host], change: (now) => ({ ...now, isOff: true }) }),
    switchOn: (host) => inTurn(() => restartHost(hostOf(host))),
    remove: (host) =>
      take({ name: REMOVED, on: [host], change: (now) => ({ ...now, isOff: true, isRemoved: true }) }),
    log: (host, file, text) => hostOf(host).log(file, text),
  };
  return { controls, sideEffects };
}

const SWITCHED_OFF = 'switched off';
const REMOVED = 'removed';
const stopped = (program: string): string => `stopped ${program}`;

const isAmong = (one: ActiveFault, all: readonly ActiveFault[]): boolean =>
  all.some((each) => each.fault === one.fault && each.on === one.on);
