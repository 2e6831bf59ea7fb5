import { cannotAsk, type HostProbe, sh, unknown, words } from '../../src/kit/index.ts';

/** The kubelet service must be active. `service` lies where a plain login does not look, and newer systems come without it. */
export const kubeletStatus: HostProbe = {
  on: 'host',
  command: () => sh`PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C; export LC_ALL
if command -v service >/dev/null 2>&1; then service kubelet status
elif command -v systemctl >/dev/null 2>&1; then systemctl status kubelet
else exit 127; fi`,
  judge({ exitCode, output }) {
    if (exitCode === 127) return cannotAsk(['service', 'systemctl']);
    const [, state] = /^[ \t]*Active:[ \t]+([a-z]+)/m.exec(output) ?? [];
    // Without systemd a service that runs says so in a sentence, and one that does not ends with 3.
    if (state === 'active' || (state === undefined && exitCode === 0 && /\bis running\b/.test(output)))
      return [{ state: 'ok', says: words('kubelet is active', 'kubelet 状态为 active') }];
    if (state !== undefined || exitCode === 3) {
      const is = state ?? 'stopped';
      return [
        {
          state: 'critical',
          says: words(`kubelet is ${is}, not active`, `kubelet 状态为 ${is}，不是 active`),
        },
      ];
    }
    return unknown(words('the state of kubelet could not be understood', '无法识别 kubelet 的状态'));
  },
};
