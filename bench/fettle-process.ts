import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from '../src/inspecting/inspect.ts';
import type { RemoteExec } from '../src/kit/targets.ts';
import { openTargets } from '../src/targets/index.ts';
import { SSH_PORT } from '../lab/estate/plan.ts';
import { endWithParent } from './child.ts';
import { type Inspected, Order } from './fettle.ts';
import { estateOf, INSPECTION } from './script.ts';

type Targets = ReturnType<typeof openTargets>;

let targets: Targets | undefined;

const open = ({ keyFile, knownHosts, keep }: Extract<Order, { kind: 'inspect' }>): Targets =>
  openTargets({
    ssh: {
      client: 'ssh2',
      user: 'admin',
      login: { kind: 'key-file', path: keyFile },
      hostKeys: { knownHosts },
      ...(keep ? {} : { idleMinutes: 0 }),
    },
    databases: { accounts: () => undefined },
  });

async function perform(order: Extract<Order, { kind: 'inspect' }>): Promise<Inspected> {
  targets ??= open(order);
  const { exec, sql, http } = targets;
  const { perHostTimeoutSeconds } = order;
  const estate = estateOf(order.hosts, SSH_PORT);
  const answered: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const began = performance.now();
  const timed: RemoteExec = {
    async run(host, ...rest) {
      const answer = await exec.run(host, ...rest);
      answered[host.name] = (performance.now() - began) / 1000;
      return answer;
    },
  };
  const report = await inspect({
    scope: { kind: 'all' },
    estate,
    inspections: [INSPECTION],
    targets: { exec: timed, sql, http },
    ...(perHostTimeoutSeconds === undefined ? {} : { perHostTimeoutSeconds }),
  });
  const wallSeconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const ok = report.findings.filter(({ state }) => state === 'ok').length;
  // What is left of the answers, and connections that are just ending, are not what a pooled one costs.
  await pause(500);
  globalThis.gc?.();
  const residentMb = process.memoryUsage.rss() / 1e6;
  return { wallSeconds, cpuSeconds: (user + system) / 1e6, ok, answered, residentMb };
}

async function close(): Promise<void> {
  await targets?.close();
  targets = undefined;
}

process.on('message', (message: unknown) => {
  const order = Order.parse(message);
  void (order.kind === 'inspect' ? perform(order) : close().then(() => ({}))).then((said) =>
    process.send?.(said),
  );
});
endWithParent(close);
