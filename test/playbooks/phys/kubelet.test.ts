import { chmod } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { kubeletStatus } from '../../../playbooks/phys/kubelet.ts';
import { aContext, answer, ask, folderWith } from '../../src/kit/probes/ask.ts';

const unit = (state: string): string =>
  `Redirecting to /bin/systemctl status kubelet.service\n● kubelet.service - kubelet\n   Loaded: loaded (/usr/lib/systemd/system/kubelet.service; enabled)\n   Active: ${state} since Wed 2019-08-28 10:11:12 CST; 3 days ago\n`;

it.each([
  [unit('active (running)'), 0, 'ok', 'kubelet is active'],
  [unit('inactive (dead)'), 3, 'critical', 'kubelet is inactive, not active'],
  [unit('failed (Result: exit-code)'), 3, 'critical', 'kubelet is failed, not active'],
  [unit('activating (auto-restart)'), 3, 'critical', 'kubelet is activating, not active'],
  ['kubelet (pid 4711) is running...\n', 0, 'ok', 'kubelet is active'],
  ['kubelet is stopped\n', 3, 'critical', 'kubelet is stopped, not active'],
  [
    'Unit kubelet.service could not be found.\n',
    4,
    'unknown',
    'the state of kubelet could not be understood',
  ],
  ['', 127, 'unknown', 'the host has none of service, systemctl'],
  ['', 0, 'unknown', 'the state of kubelet could not be understood'],
])('takes %j with the code %i for %s', (output, code, state, says) => {
  expect(kubeletStatus.judge(answer(output, code), aContext())).toMatchObject([
    { state, says: { en: says } },
  ]);
});

it('is asked for without the program `service`', async () => {
  const folder = await folderWith({
    systemctl: `#!/bin/sh\n[ "$*" = "status kubelet" ] && echo '   Active: active (running) since Wed'\n`,
  });
  await chmod(folder.at('systemctl'), 0o755);
  const command = kubeletStatus.command(aContext()).replaceAll(/:\/usr\/sbin:\/sbin/g, '');
  const asked = await ask(command, { PATH: folder.at('.') });
  expect(kubeletStatus.judge(asked, aContext())).toMatchObject([{ state: 'ok' }]);
  await folder.remove();
});
