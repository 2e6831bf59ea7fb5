import {
  askLocalPage,
  type CheckContext,
  type HostProbe,
  namedParts,
  portOf,
  seeLocalPage,
  type ShellCommand,
  unknown,
  words,
} from '../../src/kit/index.ts';
import { parsePushSwitch, readHealth } from './answers.ts';

/** Asks a node for its health at the HTTP port of its role. */
export const askHealth =
  (port: number) =>
  ({ app }: CheckContext): ShellCommand =>
    askLocalPage(portOf(app, port), '/health/check');

/** A node says of itself that it is well. */
export const health = (port: number): HostProbe => ({
  on: 'host',
  command: askHealth(port),
  judge(answer) {
    const seen = readHealth(answer);
    switch (seen.kind) {
      case 'unclear':
        return seen.judgements;
      case 'well': {
        const { role } = seen.health;
        const as = role === undefined ? words('', '') : words(`, ${role}`, `，角色为 ${role}`);
        return [{ state: 'ok', says: words(`the health check has passed${as.en}`, `健康检查通过${as.zh}`) }];
      }
      case 'ill': {
        if (seen.status === undefined)
          return [{ state: 'critical', says: words('the health check does not answer', '健康检查无应答') }];
        const named = namedParts(seen.health?.failing ?? []);
        const says = words(
          `the health check has not passed (HTTP ${seen.status})${named.en}`,
          `健康检查未通过（HTTP ${seen.status}）${named.zh}`,
        );
        return [{ state: 'critical', says }];
      }
      default:
        return seen satisfies never;
    }
  },
});

/** Outside a change push must be open: a registry that does not push tells nobody about a new address. */
export const pushOpen: HostProbe = {
  on: 'host',
  command: ({ app }) => askLocalPage(portOf(app, 9615), '/digest/pushSwitch'),
  judge(answer) {
    const page = seeLocalPage(answer);
    if (page.kind === 'unclear') return page.judgements;
    if (page.kind === 'silent')
      return unknown(words('the push switch does not answer', '推送开关查询无应答'));
    const pushed = page.status === 200 ? parsePushSwitch(page.body) : undefined;
    if (pushed === undefined)
      return unknown(
        words(
          `the answer about the push switch could not be understood (HTTP ${page.status})`,
          `无法识别推送开关的返回内容（HTTP ${page.status}）`,
        ),
      );
    return pushed === 'open'
      ? [{ state: 'ok', says: words('push is open', '推送已打开') }]
      : [
          {
            state: 'critical',
            says: words('push is closed: outside a change it must be open', '推送已关闭：非变更期间必须打开'),
          },
        ];
  },
};
