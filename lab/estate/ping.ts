import type { EstateView, Executable, Ran, SeenHost } from './service.ts';

/** Whether a host, a database server or a load balancer of the estate is there, whatever runs on it. */
export const ping: Executable = (args, { estate }) => {
  const count = optionOf(args, 'c') ?? 4;
  const target = args.findLast((each, k) => !each.startsWith('-') && !/^-[cWiws]$/.test(args[k - 1] ?? ''));
  if (target === undefined) return { err: 'ping: usage error: Destination address required\n', code: 2 };
  const found = placesOf(estate).find(({ name, address }) => name === target || address === target);
  const isAddress = /^\d+(\.\d+){3}$/.test(target);
  if (!found && !isAddress) return { err: `ping: ${target}: Name or service not known\n`, code: 2 };
  return shown(target, found?.address ?? target, count, found?.isThere ?? false);
};

interface Place {
  readonly name: string;
  readonly address: string;
  readonly isThere: boolean;
}

function placesOf({ hosts, hostsOf, servers, balancers }: EstateView): readonly Place[] {
  const isOn = ({ conditions }: SeenHost): boolean => !conditions.isOff;
  return [
    { name: 'localhost', address: '127.0.0.1', isThere: true },
    // By both of its addresses: that of the estate's network, and that under which the inventory knows it.
    ...hosts.flatMap((host) =>
      [host.plan.address, host.plan.sshAddress].map((address) => ({
        name: host.plan.name,
        address,
        isThere: isOn(host),
      })),
    ),
    ...[...servers].map(([name, address]) => ({ name, address, isThere: true })),
    // A load balancer without a host behind it has taken its address back.
    ...[...balancers].map(([name, { address, app }]) => ({
      name,
      address,
      isThere: hostsOf(app).some(isOn),
    })),
  ];
}

function optionOf(args: readonly string[], letter: string): number | undefined {
  const at = args.findIndex((each) => each.startsWith(`-${letter}`));
  const value = Number(args[at]?.slice(2) || args[at + 1]);
  return at >= 0 && Number.isInteger(value) && value > 0 ? Math.min(value, 100) : undefined;
}

function shown(target: string, address: string, count: number, isThere: boolean): Ran {
  const lines = Array.from(
    { length: isThere ? count : 0 },
    (_, k) => `64 bytes from ${address}: icmp_seq=${k + 1} ttl=63 time=0.${(k * 7 + 21) % 90}1 ms`,
  );
  const lost = isThere ? '0%' : '100%';
  const out = [
    `PING ${target} (${address}) 56(84) bytes of data.`,
    ...lines,
    '',
    `--- ${target} ping statistics ---`,
    `${count} packets transmitted, ${lines.length} received, ${lost} packet loss, time ${(count - 1) * 1000}ms`,
    '',
  ];
  return { out: out.join('\n'), code: isThere ? 0 : 1 };
}
