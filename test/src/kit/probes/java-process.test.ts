import { afterEach, describe, expect, it } from 'vitest';
import { javaProcess, type KernelFiles } from '../../../../src/kit/index.ts';
import { aContext, answer, look } from './ask.ts';
import { procWith } from './proc-with.ts';

const removes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removes.splice(0)) await remove();
});

const JAVA =
  '/opt/java/bin/java\0-Xmx2g\0-Ddb.password=hunter2\0-Dapp.name=msgbroker\0-jar\0/home/admin/a.jar\0';

async function procOf(processes: Readonly<Record<string, string>>): Promise<KernelFiles> {
  const made = await procWith(processes);
  removes.push(made.remove);
  return made;
}

describe('javaProcess', () => {
  it('names the process of the app', async () => {
    expect(await look(javaProcess(await procOf({ 42: JAVA, 7: 'bash\0' })))).toMatchObject([
      { state: 'ok', value: 1, says: { en: 'java runs for msgbroker, pid 42' } },
    ]);
  });

  it('takes neither a grep, a shell nor an editor for it', async () => {
    const others = {
      7: 'grep\0java\0msgbroker\0',
      8: 'sh\0-c\0/opt/java/bin/java -Dapp.name=msgbroker\0',
      9: 'vi\0/home/admin/msgbroker/java\0',
      10: 'javascript\0msgbroker\0',
    };
    expect(await look(javaProcess(await procOf(others)))).toMatchObject([{ state: 'critical', value: 0 }]);
  });

  it('warns when another java runs', async () => {
    const seen = await look(javaProcess(await procOf({ 42: JAVA.replace('msgbroker', 'staragent') })));
    expect(seen).toMatchObject([{ state: 'warning', value: 0 }]);
  });

  it('does not know whose the java is when the end of its arguments is cut off', async () => {
    const classPath = (bytes: number) => `java\0-cp\0${'/home/admin/lib/a.jar:'.repeat(500).slice(0, bytes)}`;
    const stateOf = async (command: string) =>
      (await look(javaProcess(await procOf({ 42: command }))))[0]?.state;
    // A kernel before 4.2 shows one page; the list shows two.
    expect(await stateOf(classPath(4096 - 9))).toBe('unknown');
    expect(await stateOf(`${classPath(9000)}\0msgbroker\0`)).toBe('unknown');
    expect(await stateOf(`${classPath(5000)}\0msgbroker\0`)).toBe('ok');
    expect(await stateOf(classPath(5000))).toBe('warning');
  });

  it('goes by the spellings that are given instead of all that people use', async () => {
    const proc = await procOf({ 42: JAVA.replace('msgbroker', 'agent').replace('a.jar', 'data/a.jar') });
    const context = { ...aContext(), app: { ...aContext().app, names: ['data'] } };
    expect(await look(javaProcess(proc), context)).toMatchObject([{ state: 'ok' }]);
    const named = ['registry-data'];
    expect(await look(javaProcess({ ...proc, named }), context)).toMatchObject([{ state: 'warning' }]);
  });

  it('goes by what the manual looks for, says which it found, and takes nothing else', async () => {
    const searched = ['BrokerBootstrap', 'broker-web'];
    const process = (command: string) => procOf({ 42: `java -Dapp.name=msgbroker ${command}` });
    const seen = async (command: string) =>
      (await look(javaProcess({ ...(await process(command)), searched })))[0];
    expect(await seen('-cp broker-web.jar a.b.BrokerBootstrap')).toMatchObject({
      state: 'ok',
      says: {
        en: 'java runs for BrokerBootstrap, pid 42',
        zh: 'BrokerBootstrap 的 java 进程正在运行，pid 42',
      },
    });
    expect((await seen('-jar broker-web.jar'))?.says.en).toBe('java runs for broker-web, pid 42');
    expect(await seen('-jar b.jar')).toMatchObject({
      state: 'warning',
      says: {
        en: 'java runs, but nothing in its arguments names BrokerBootstrap or broker-web',
        zh: '有 java 进程，但其参数中没有 BrokerBootstrap、broker-web',
      },
    });
  });

  it('does not find itself on this machine, by files and by ps', async () => {
    const context = { ...aContext(), app: { ...aContext().app, id: 'nosuchapp', names: ['nosuchapp'] } };
    const before = await look(javaProcess(), context);
    expect(before[0]?.evidence ?? '').not.toContain('cmdline');
    const byPs = await look(javaProcess({ proc: '/nowhere', cgroup: '/nowhere' }), context);
    expect([before[0]?.state, byPs[0]?.state]).not.toContain('ok');
    expect([before[0]?.state, byPs[0]?.state]).not.toContain('unknown');
  });

  it('knows nothing when the processes of others are hidden, or there is no list', () => {
    expect(javaProcess().judge(answer('ps\n  PID COMMAND\n 4711 sh -c x\n'), aContext())).toMatchObject([
      { state: 'unknown' },
    ]);
    expect(javaProcess().judge(answer('none\n'), aContext())).toMatchObject([{ state: 'unknown' }]);
    expect(javaProcess().judge({ ...answer('proc\n'), truncated: true }, aContext())).toMatchObject([
      { state: 'unknown' },
    ]);
  });
});
