import type { PracticeApp } from './apps/app.ts';
import { type PlannedHost, planHosts } from './plan.ts';
import { SshDoor } from './ssh-door.ts';

/** Second bytes of the loopback addresses that estates may take, the usual one first. */
const BLOCKS = Array.from({ length: 100 }, (_, k) => 77 + k);

/** Takes the SSH addresses of every host, in a block of 127.0.0.0/8 that no other estate on this machine has. */
export async function takeAddresses(apps: readonly PracticeApp[]): Promise<{
  readonly plans: readonly PlannedHost[];
  readonly doors: ReadonlyMap<PlannedHost, SshDoor>;
}> {
  for (const block of BLOCKS) {
    const plans = planHosts(apps, block);
    const doors = await openDoors(plans);
    if (doors) return { plans, doors };
  }
  throw new Error('every block of loopback addresses for practice hosts is taken');
}

/** Undefined when an address is taken. The first address decides between two estates that start at once. */
async function openDoors(
  plans: readonly PlannedHost[],
): Promise<ReadonlyMap<PlannedHost, SshDoor> | undefined> {
  const doors = new Map<PlannedHost, SshDoor>();
  for (const plan of plans) {
    const door = new SshDoor(plan.sshAddress);
    try {
      await door.open();
    } catch (error) {
      for (const opened of doors.values()) await opened.close();
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
      throw error;
    }
    doors.set(plan, door);
  }
  return doors;
}
