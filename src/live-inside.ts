import type { Config } from './config/load.ts';
import type { Log } from './log.ts';
import type { Inside } from './inside.ts';

/** An inside whose inventory can be replaced while it works. */
export interface LiveInside {
  readonly inside: Inside;
  /** Everything that begins from now on goes by this inventory. */
  readonly use: (inventory: Config['inventory']) => Promise<void>;
}

interface Version {
  readonly inside: Inside;
  /** Calls that have begun with it and not ended. */
  busy: number;
  retired: boolean;
}

/** Calls that have begun go on with their inventory; the connections of a version are closed when nothing uses it any more. */
export async function openLiveInside(
  open: (inventory: Config['inventory']) => Promise<Inside>,
  first: Config['inventory'],
  log: Pick<Log, 'warn'>,
): Promise<LiveInside> {
  const versions = new Set<Version>();
  const begin = async (inventory: Config['inventory']): Promise<Version> => {
    const version: Version = { inside: await open(inventory), busy: 0, retired: false };
    versions.add(version);
    return version;
  };
  const closeIfUnused = async (version: Version): Promise<void> => {
    if (!version.retired || version.busy > 0 || !versions.delete(version)) return;
    await version.inside
      .close()
      .catch((error: unknown) => log.warn({ error }, 'connections of an earlier inventory were not closed'));
  };
  let current = await begin(first);

  const through =
    <Args extends unknown[], Result>(pick: (inside: Inside) => (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const version = current;
      version.busy += 1;
      try {
        return await pick(version.inside)(...args);
      } finally {
        version.busy -= 1;
        await closeIfUnused(version);
      }
    };

  const { store, runs } = current.inside;
  return {
    inside: {
      store,
      runs,
      runner: {
        read: through(({ runner }) => runner.read),
        change: through(({ runner }) => runner.change),
        help: through(({ runner }) => runner.help),
        giveUp: through(({ runner }) => runner.giveUp),
        sweep: through(({ runner }) => runner.sweep),
        tidy: through(({ runner }) => runner.tidy),
      },
      desk: {
        ask: through(({ desk }) => desk.ask),
        press: through(({ desk }) => desk.press),
        offer: through(({ desk }) => desk.offer),
        home: through(({ desk }) => desk.home),
        fill: through(({ desk }) => desk.fill),
      },
      dueSchedules: {
        declare: through(({ dueSchedules }) => dueSchedules.declare),
        ring: through(({ dueSchedules }) => dueSchedules.ring),
        startDue: through(({ dueSchedules }) => dueSchedules.startDue),
      },
      async close() {
        const left = [...versions];
        versions.clear();
        for (const { inside } of left) await inside.close();
      },
    },
    async use(inventory) {
      const before = current;
      current = await begin(inventory);
      before.retired = true;
      await closeIfUnused(before);
    },
  };
}
