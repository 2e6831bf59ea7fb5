import type { PracticeApp } from './apps/app.ts';
import { type PlannedHost, planHosts } from './plan.ts';
import { SshGateway } from './ssh-gateway.ts';

/** Second bytes of the loopback addresses that estates may take, the usual one first. */
const BLOCKS = Array.from({ length: 100 }, (_, k) => 77 + k);

/** Takes the SSH addresses of every host, in a block of 127.0.0.0/8 that no other estate on this machine has. */
export async function takeAddresses(apps: readonly PracticeApp[]): Promise<{
  readonly plans: readonly PlannedHost[];
  readonly gateways: ReadonlyMap<PlannedHost, SshGateway>;
}> {
  for (const block of BLOCKS) {
    const plans = planHosts(apps, block);
    const gateways = await openDoors(plans);
    if (gateways) return { plans, gateways };
  }
  throw new Error('every block of loopback addresses for practice hosts is taken');
}

/** Undefined when an address is taken. The first address decides between two estates that start at once. */
async function openDoors(
  plans: readonly PlannedHost[],
): Promise<ReadonlyMap<PlannedHost, SshGateway> | undefined> {
  const gateways = new Map<PlannedHost, SshGateway>();
  for (const plan of plans) {
    const gateway = new SshGateway(plan.sshAddress);
    try {
      await gateway.open();
    } catch (error) {
      for (const opened of gateways.values()) await opened.close();
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
      throw error;
    }
    gateways.set(plan, gateway);
  }
  return gateways;
}
