import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { cannotAsk, firstOf, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';

/** Asks the telnet console of an app for its services: every one listed must be activated or resolved. */
export const osgiServices = (port = 1234): HostProbe => ({
  on: 'host',
  command: () => sh`
if command -v bash >/dev/null 2>&1; then
  bash -c 'exec 3<>/dev/tcp/127.0.0.1/'${port}' || exit 7
    printf "service\r\n" >&3
    wait=5; SECONDS=0
    while [ $SECONDS -lt 5 ]; do
      line=
      IFS= read -r -t $wait line <&3; got=$?
      printf "%s\n" "$line"
      [ $got -eq 0 ] || { [ -z "$line" ] && break; [ $wait -eq 1 ] && break; }
      wait=1
    done
    [ $got -ne 0 ] || echo "and more"'
elif command -v nc >/dev/null 2>&1; then
  { printf 'service\r\n'; sleep 3; } | nc 127.0.0.1 ${port} || exit 7
elif command -v telnet >/dev/null 2>&1; then
  { sleep 1; printf 'service\r\n'; sleep 3; } | telnet 127.0.0.1 ${port} 2>&1
else
  exit 127
fi`,
  judge({ output, exitCode, truncated }) {
    if (exitCode === 127) return cannotAsk(['bash', 'nc', 'telnet']);
    const services = output
      .split('\n')
      .map(readService)
      .filter((each) => each !== undefined);
    if (services.length === 0) {
      return exitCode === 7
        ? [
            {
              state: 'critical',
              says: words(
                `the service console (port ${port}) does not answer`,
                `服务控制台（端口 ${port}）无应答`,
              ),
            },
          ]
        : [
            {
              state: 'unknown',
              says: words('no service in the answer could be understood', '返回内容中没有可识别的服务'),
            },
          ];
    }
    const down = services.filter(({ isUp }) => !isUp);
    if (down.length === 0) {
      if (truncated || /^and more$/m.test(output))
        return unknown(words('the list of services did not end in time', '服务列表未能在限定时间内读完'));
      const all = services.length;
      const said = words(`all ${all} services are activated or resolved`, `${all} 个服务均为已激活或已解析`);
      return [{ state: 'ok', value: all, says: said }];
    }
    const names = firstOf(down.map(({ name }) => name));
    return [
      {
        state: 'critical',
        value: services.length - down.length,
        says: words(
          `${down.length} of ${services.length} services not active: ${names.en}`,
          `${services.length} 个服务中 ${down.length} 个未激活：${names.zh}`,
        ),
      },
    ];
  },
});

const UP = /已激活|已解析|(?<![A-Za-z_])(ACTIVATED|ACTIVE|RESOLVED)(?![A-Za-z_])/i;
const DOWN =
  /[未不]激活|[未不]解析|(?<![A-Za-z_])(IN-?ACTIVE|NOT ACTIVE|DEACTIVATED|UNRESOLVED|NOT RESOLVED|INSTALLED|STARTING|STOPPING|STOPPED|FAILED|ERROR)(?![A-Za-z_])/i;
/** A class or interface: at least two dots. It is looked for from the beginning of a word only. */
const NAME = /(?=[A-Za-z_$])(?<![A-Za-z_$]\d*)[A-Za-z_$][\w$]*(\.[\w$-]+){2,}/;

/** A line that names a service or carries a state; a name without a state is not up. */
function readService(line: string): { readonly name: string; readonly isUp: boolean } | undefined {
  const text = line.replace(/^\s*\w*>\s*/, '').trim();
  const name = NAME.exec(text)?.[0];
  // A word inside the name of a service is not its state.
  const said = name === undefined ? text : text.replace(name, ' ');
  const isDown = DOWN.test(said);
  const isUp = UP.test(said) && !isDown;
  if (name === undefined && !isUp && !isDown) return undefined;
  return { name: name ?? text.slice(0, 80), isUp };
}
