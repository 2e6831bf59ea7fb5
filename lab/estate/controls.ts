import { type Ailment, afterRestart, CannotBreak, findFault, placesOf } from './ailments.ts';
import type { Controls } from './control.ts';
import type { Hosts } from './hosts.ts';
import type { Flow } from './orders/flow.ts';
import type { OrderDatabase } from './orders/schema.ts';

/** What can be broken, mended and asked. One change at a time. */
export function makeControls(hosts: Hosts, database: OrderDatabase, flow: Flow): Controls {
  let ailments: readonly Ailment[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const done = last.then(change);
    last = done.catch(() => undefined);
    return done;
  };
  const plans = hosts.all.map(({ plan }) => plan);

  return {
    break: (id, on) =>
      inTurn(async () => {
        const fault = findFault(id);
        const places = placesOf(fault, on, plans).map((place): Ailment => ({ fault: id, on: place }));
        const isNew = (one: Ailment): boolean => !places.some((place) => same(place, one));
        ailments = [...ailments.filter(isNew), ...places];
        if (fault.on === 'host') await hosts.settle(ailments);
        else for (const place of places) await fault.apply(database, flow, place.on);
        return places;
      }),
    mend: (id, on) =>
      inTurn(async () => {
        if (id !== 'all') findFault(id);
        const isMeant = (one: Ailment): boolean =>
          (id === 'all' || one.fault === id) && (on === undefined || one.on === on);
        const mended = ailments.filter(isMeant);
        ailments = ailments.filter((one) => !isMeant(one));
        for (const one of mended) {
          const fault = findFault(one.fault);
          if (fault.on === 'order') await fault.mend(database, flow, one.on);
        }
        await hosts.settle(ailments);
        return mended;
      }),
    restart: (name) =>
      inTurn(async () => {
        const host = hosts.all.find(({ plan }) => plan.name === name);
        if (!host) {
          throw new CannotBreak(
            `there is no host "${name}"; there are ${plans.map((plan) => plan.name).join(', ')}`,
          );
        }
        ailments = afterRestart(ailments, name);
        await hosts.restart(host, ailments);
      }),
    state: () => ({
      hosts: hosts.all.map(({ plan, processRuns }) => ({
        name: plan.name,
        app: plan.app.id,
        address: plan.sshAddress,
        processRuns,
        faults: ailments.filter(({ on }) => on === plan.name).map(({ fault }) => fault),
      })),
      orders: ailments.filter(({ fault }) => findFault(fault).on === 'order'),
      signals: flow.signals.length,
    }),
    signals: () => flow.signals,
  };
}

const same = (one: Ailment, other: Ailment): boolean => one.fault === other.fault && one.on === other.on;
