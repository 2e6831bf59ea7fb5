import type { Estate } from '../kit/index.ts';
import type { RemoteExec } from '../runner/targets.ts';

/** One thing that was looked at, and what to do when it is not well. */
export interface Diagnosis {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

/** Seconds that one host gets to answer. */
const HOST_SECONDS = 15;

/** Logs in to every host of the inventory, all at once, and runs nothing but `echo`. */
export async function diagnoseHosts(estate: Estate, exec: RemoteExec): Promise<readonly Diagnosis[]> {
  return Promise.all(
    estate.hosts.map(async (host) => {
      const answer = await exec.run(host, 'echo fettle', {
        timeoutSeconds: HOST_SECONDS,
        outputCapBytes: 1024,
      });
      const name = `host ${host.name} (${host.address}:${host.port})`;
      if (answer.kind === 'answered')
        return { name, ok: answer.stdout.trim() === 'fettle', says: `answered in ${answer.tookMs} ms` };
      return { name, ok: false, says: `${answer.detail} ${ADVICE[answer.reason]}` };
    }),
  );
}

const ADVICE = {
  unreachable: 'Check the address in the inventory and the network between here and there.',
  refused: 'Check that sshd runs there and that the port in the inventory is its port.',
  timeout: 'Check the load of the host and firewalls that drop packets.',
  'host-key-changed':
    'Compare the key with the host’s keeper before you trust it; then correct SSH_KNOWN_HOSTS or the fingerprint.',
  'host-key-unknown': 'Add the key to SSH_KNOWN_HOSTS, or its fingerprint to the inventory.',
  'login-refused': 'Check SSH_USER and SSH_KEY_FILE, and authorized_keys on the host.',
  closed: 'Check the log of sshd there.',
  cancelled: '',
} as const;
