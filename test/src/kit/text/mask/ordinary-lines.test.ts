import { describe, expect, it } from 'vitest';
import { capture, mask } from '../../../../../src/kit/index.ts';
import { numbers } from '../hostile-text.ts';

const next = numbers(7);
const digits = (count: number): string => Array.from({ length: count }, () => next(10)).join('');
const hex = (count: number): string => Array.from({ length: count }, () => next(16).toString(16)).join('');
const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
const stamp = (): string =>
  `2026-11-${10 + next(20)} ${10 + next(10)}:${10 + next(50)}:${10 + next(50)},${100 + next(900)}`;
const host = (): string => `msgbroker-${1 + next(9)}`;
const ip = (): string => `10.${next(256)}.${next(256)}.${next(256)}`;

/** Lines as the practice estate, its applications and ordinary tools write them. */
const LINES: readonly (() => string)[] = [
  () =>
    `${stamp()} - ServerHAHeartbeat result [OK] meta [ServerHAHeartbeatMeta[hostname=${host()},ip=${ip()}]]`,
  () =>
    `${stamp()} INFO  [main] c.a.mq.Broker - topic=TP_ORDER group=S_FCDATABUS_INPUT queue=${next(16)} offset=${digits(9)}`,
  () =>
    `${stamp()} [${hex(30)}] INFO com.alipay.sofa.rpc - traceId=${hex(30)} rpcId=0.1.${next(9)} cost=${next(900)}ms`,
  () => `${stamp()} WARN token expired for user, please log in again`,
  () => `${stamp()} WARN password expired: must change it at the next login`,
  () => `${stamp()} ERROR Access denied for user 'app'@'${ip()}' (using password: YES)`,
  () => `${stamp()} INFO password authentication failed for role of node ${host()}`,
  () => `\tat com.alipay.sofa.token.TokenManager.refresh(TokenManager.java:${next(900)})`,
  () =>
    `\tat java.util.concurrent.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:${next(900)}) [?:1.8.0_${next(300)}]`,
  () => 'Caused by: java.net.ConnectException: Connection refused (Connection refused)',
  () => `com.alipay.auth.PasswordEncoderFactory: passwordEncoder=bcrypt tokenType=JWT keySize=2048`,
  () => `${hex(32)}  msgbroker-${next(9)}.${next(9)}.jar`,
  () => `${hex(64)}  /home/admin/release/cas-${next(9)}.tgz`,
  () => `sha256:${hex(64)} reg.example/cas/msgbroker:2.${next(20)}.1`,
  () => `container ${hex(12)} image sha256:${hex(12)} Up ${next(60)} minutes`,
  () => `run ${uuid()} ended, key order:${digits(8)}`,
  () =>
    `tcp        0      0 ${ip()}:9529        ${ip()}:${10_000 + next(50_000)}      ESTABLISHED ${next(30_000)}/java`,
  () => `LISTEN 0 128 *:${1000 + next(9000)} *:* users:(("java",pid=${next(30_000)},fd=${next(90)}))`,
  () => `/dev/vda1        41152736 ${digits(8)}  31152736  ${next(99)}% /home/admin`,
  () =>
    `load average: 0.${next(90)}, 0.${next(90)}, 0.${next(90)} cpu  ${digits(8)} 0 ${digits(8)} ${digits(9)} 0 0`,
  () => `MemTotal:       ${digits(8)} kB`,
  () => `node_cpu_seconds_total{cpu="${next(8)}",mode="idle"} ${digits(9)}.${next(90)}`,
  () => `http_requests_total{code="200",path="/api/v1/token"} ${digits(5)}`,
  () =>
    `r1_${digits(15)} CNHZ_${digits(20)} act_ru_execution ID_ = ${digits(5)} PROC_INST_ID_ = ${digits(7)}`,
  () => `{"success":true,"code":200,"message":"ok","data":{"id":"${uuid()}","count":${next(100)}}}`,
  () => `GET http://${host()}:8341/privateapi/conns?dataId=${hex(8)}&limit=10 HTTP/1.1 200`,
  () => `jdbc:mysql://rds-${next(9)}:3306/msgdb?useUnicode=true&characterEncoding=utf8&useSSL=false`,
  () =>
    `java -Xms2g -Xmx2g -XX:+UseG1GC -Dapp.name=msgbroker -Dserver.port=9529 -jar /home/admin/msgbroker/bin/a.jar`,
  () => `mysql -h rds -u app -e "select count(*) from control_lock"`,
  () => `ssh -p 2022 -i /home/fettle/.ssh/id_ed25519 admin@${host()} true`,
  () => `curl -s -o /dev/null -w '%{http_code}' http://${host()}:9529/health`,
  () => `ls -la /etc/ssl/private/server.key /home/admin/conf/token.properties`,
  () => `-rw-r----- 1 admin admin ${digits(6)} Nov 29 10:00 secret-service-2026-11-29.log`,
  () => `passed:true token: { basic authentication failed`,
  () => `session 0x${hex(15)} closed, sessionid:0x${hex(14)}`,
  () => `Unexpected token } in JSON at position ${next(900)}`,
  () => `commit ${hex(40)} "keys: rotate names of topics"`,
  () => `version 2.${next(20)}.${next(20)}-SNAPSHOT build ${digits(10)} author=build@example.com`,
  () => `update control_lock set owner = null where id = ${digits(6)} and namespace = 'release'`,
  () => `insert into audit (n, action) values (${digits(3)}, 'run claimed')`,
  () => `\u5404\u8282\u70b9\u53e3\u4ee4\u5747\u5df2\u66f4\u6362`,
  () => `\u5bc6\u7801\u5df2\u8fc7\u671f\uff0c\u8bf7\u8054\u7cfb\u7ba1\u7406\u5458`,
  () =>
    `\u5bc6\u7801\u9519\u8bef\uff0c\u767b\u5f55\u5931\u8d25\uff0c\u8fd8\u53ef\u5c1d\u8bd5 ${next(5)} \u6b21`,
  () => `${stamp()} \u4ee4\u724c\u5931\u6548\uff1a\u8bf7\u91cd\u65b0\u767b\u5f55`,
  () => `${stamp()} \u4e3b\u673a ${host()} \u78c1\u76d8\u4f7f\u7528\u7387 ${next(99)}%\uff0c\u9608\u503c 80%`,
  () =>
    `${stamp()} \u6d88\u606f\u961f\u5217 TP_ORDER \u5806\u79ef ${digits(5)} \u6761\uff0c\u5ef6\u8fdf ${next(900)} ms`,
  () => `\u53d1\u5e03\u5355 r1_${digits(15)}\uff1a\u7b2c ${next(9)} \u6b65\u7b49\u5f85\u4e2d`,
  () => `| id | namespace | owner |\n| ${next(9)} | release | ${host()} |`,
  () => `blk_-${digits(19)} terminating, block blk_${digits(19)} received`,
  () => `cn=admin,dc=example uid=${next(9000)} gid=${next(900)} groups=admin,operator`,
];

describe('ordinary lines', () => {
  it('pass the mask untouched, eight hundred of them', () => {
    const lines = LINES.flatMap((line) => Array.from({ length: 16 }, line));
    expect(lines.length).toBeGreaterThan(700);
    expect(lines.filter((line) => mask(line) !== line).map((line) => `${line} => ${mask(line)}`)).toEqual([]);
  });

  it('pass the mask untouched together, as the answer of a host', () => {
    const text = LINES.map((line) => line()).join('\n');
    expect(mask(text)).toBe(text);
    expect(capture(text, 100_000)).toBe(text.trim());
  });
});
