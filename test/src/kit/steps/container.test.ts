import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Hands,
  type Host,
  lookAtStep,
  performStep,
  shownStep,
  type Step,
  type StepFrame,
} from '../../../../src/kit/index.ts';
import { Step as StepSchema } from '../../../../src/kit/steps/step.ts';
import type { ExecAnswer, RemoteExec } from '../../../../src/kit/targets.ts';
import { estateOf } from '../../../support/estates.ts';
import { localExec } from '../../../support/local-exec.ts';
import { handsOver } from '../../../support/step-hands.ts';

const ID = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const BEFORE = '2026-11-29T07:00:00Z';

/** A docker command of a node: its one container is files in $S. `block` makes restart wait, `fail` makes it stop the container and not start it. */
const DOCKER = `#!/bin/sh
S=__S__
echo "$*" >>$S/log
c() { cat $S/$1; }
up() { [ "$(c status)" = running ]; }
start() { date -u +%Y-%m-%dT%H:%M:%S.%NZ >$S/at; echo running >$S/status; }
case $1 in
  ps) [ ! -f $S/id ] || { if up; then w="Up 2 hours"; else w="Exited (137) 1 minute ago"; fi; [ ! -f $S/word ] || w=$(c word); echo "$(c id)|broker|$w"; };;
  inspect) [ -f $S/id ] || { echo "Error: No such container" >&2; exit 1; }; echo "$(c id)|$(c status)|$(c at)";;
  restart) [ ! -f $S/fail ] || { echo exited >$S/status; echo "Error response from daemon: driver failed" >&2; exit 1; }
    [ ! -f $S/refuse ] || { echo "Error response from daemon: refused" >&2; exit 1; }
    [ ! -f $S/block ] || sleep "$(c block)"
    start; echo "restart" >>$S/effects; echo broker;;
  start) start; echo start >>$S/effects; echo broker;;
  stop) echo exited >$S/status; echo stop >>$S/effects; echo broker;;
  rm) up && { echo "Error response from daemon: You cannot remove a running container" >&2; exit 1; }; rm $S/id; echo rm >>$S/effects; echo broker;;
esac
`;

let folder = '';
let state = '';
let hands: Hands;
let runs = 0;

const node: Host = { name: 'node-1', app: 'machine', site: 'a', address: '127.0.0.1', port: 22 };
const broker: Host = {
  name: 'broker-1',
  app: 'broker',
  site: 'a',
  address: '127.0.0.2',
  port: 22,
  container: { adapter: 'docker', node: 'node-1', container: 'broker' },
};
const estate = estateOf({ hosts: [node, broker] });

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'container-'));
  state = path.join(folder, 'state');
  await mkdir(state);
  await mkdir(path.join(folder, 'bin'));
  await writeFile(path.join(folder, 'bin/docker'), DOCKER.replace('__S__', state));
  await chmod(path.join(folder, 'bin/docker'), 0o755);
  await put('id', ID);
  await put('status', 'running');
  await put('at', BEFORE);
  runs = 0;
  hands = handsWith(exec);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const handsWith = (own: RemoteExec): Hands => handsOver(own, estate, folder);
const put = (name: string, text: string): Promise<void> => writeFile(path.join(state, name), `${text}\n`);
const gone = (name: string): Promise<void> => rm(path.join(state, name));
const effects = async (): Promise<readonly string[]> =>
  (await readFile(path.join(state, 'effects'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
const local = localExec();
const exec: RemoteExec = {
  run: (host, script, limits, signal) => {
    runs += 1;
    return local.run(host, `PATH=${folder}/bin:$PATH\nexport DOCKER_HOST=tcp://x\n${script}`, limits, signal);
  },
};

const step = (act: 'restart' | 'start' | 'stop' | 'remove' = 'restart', more: object = {}): Step =>
  StepSchema.parse({
    kind: 'container',
    title: { en: 'Restart', zh: '重启' },
    do: act,
    host: 'broker-1',
    app: 'broker',
    place: {
      of: 'docker',
      node: 'node-1',
      container: 'broker',
      id: ID,
      startedAt: BEFORE,
      ran: true,
      ...more,
    },
  });
const frame = (): StepFrame => ({
  runId: `run-${path.basename(folder).slice(-6)}-0001`.replace(/[^A-Za-z0-9-]/g, 'x'),
  no: 1,
  fence: 3,
  since: new Date(Date.now() - 60_000),
});
const yes = async (): Promise<boolean> => true;
const perform = (given = step(), own = hands) => performStep(given, frame(), yes, own);
const look = (given = step(), own = hands) => lookAtStep(given, { ...frame(), fence: 9 }, own);

describe('a container in the Docker of a node', () => {
  it('is shown as the command that is carried out', () => {
    expect(
      ['restart', 'start', 'stop', 'remove'].map((act) => shownStep(step(act as 'stop')).text.en),
    ).toEqual([
      'docker restart -t 30 broker',
      'docker start broker',
      'docker stop -t 30 broker',
      'docker rm broker',
    ]);
    expect(shownStep(step())).toMatchObject({
      place: 'node-1',
      note: { en: expect.stringContaining(BEFORE) },
    });
  });

  it('takes a name as a name, whatever is in it', async () => {
    const odd = StepSchema.parse({
      ...step(),
      place: { ...(step() as { place: object }).place, container: "x'; touch /tmp/x; '" },
    });
    expect(shownStep(odd).text.en).toBe(String.raw`docker restart -t 30 'x'\''; touch /tmp/x; '\'''`);
  });

  it('is restarted once, however often it is asked for', async () => {
    expect(await perform()).toMatchObject({ kind: 'done' });
    expect(await perform()).toMatchObject({ kind: 'unknown' });
    expect(await look()).toMatchObject({ kind: 'done' });
    expect(await effects()).toEqual(['restart']);
  });

  it.each([
    ['another container has the name', () => put('id', OTHER)],
    ['it was started anew since', () => put('at', '2026-11-29T07:30:00Z')],
    ['it is being restarted', () => put('status', 'restarting')],
    ['it is being removed', () => put('status', 'removing')],
    ['it is not there', () => gone('id')],
  ])('is left alone when %s', async (_, change) => {
    await change();
    expect(await perform()).toMatchObject({ kind: 'without-effect' });
    expect(await look()).toMatchObject({ kind: 'without-effect' });
    expect(await effects()).toEqual([]);
  });

  it('is left alone without a permit, and when what must hold before does not', async () => {
    expect(await performStep(step(), frame(), async () => false, hands)).toMatchObject({
      kind: 'without-effect',
    });
    const guarded = StepSchema.parse({
      ...step(),
      before: [{ kind: 'quorum', needs: 1, hosts: ['broker-2'], system: 'MQ', checks: ['port'] }],
    });
    const own = {
      ...hands,
      holds: async () => ({ holds: false, says: { en: '0 of 1', zh: '0/1' }, evidence: '' }),
    };
    expect(await performStep(guarded, frame(), yes, own)).toMatchObject({ kind: 'without-effect' });
    expect([await effects(), runs]).toEqual([[], 0]);
  });

  it('that Docker refuses to restart is as it was, and one that was stopped and not started is told so', async () => {
    await put('refuse', 'yes');
    expect(await perform()).toMatchObject({ kind: 'failed' });
    expect(await look()).toMatchObject({ kind: 'without-effect' });
    await gone('refuse');
    await put('fail', 'yes');
    const second = { ...frame(), no: 2, fence: 9 };
    expect(await performStep(step(), second, yes, hands)).toMatchObject({ kind: 'failed' });
    expect(await lookAtStep(step(), second, hands)).toMatchObject({ kind: 'failed' });
  });
});

describe('a start, a stop and a removal', () => {
  it('start what is stopped, and leave what runs', async () => {
    expect(await perform(step('start'))).toMatchObject({
      kind: 'done',
      says: { en: expect.stringContaining('already') },
    });
    await put('status', 'exited');
    expect(await performStep(step('start'), { ...frame(), no: 2 }, yes, hands)).toMatchObject({
      kind: 'done',
    });
    expect(await effects()).toEqual(['start']);
  });

  it('stop what runs', async () => {
    expect(await perform(step('stop'))).toMatchObject({ kind: 'done' });
    expect(await effects()).toEqual(['stop']);
  });

  it('remove only what is stopped, and never by force', async () => {
    expect(await perform(step('remove'))).toMatchObject({ kind: 'without-effect' });
    await put('status', 'exited');
    expect(await performStep(step('remove'), { ...frame(), no: 2 }, yes, hands)).toMatchObject({
      kind: 'done',
    });
    expect(await effects()).toEqual(['rm']);
    expect(await readFile(path.join(state, 'log'), 'utf8')).not.toMatch(/ -f|--force/);
  });

  it.each([
    ['docker', 'scale'],
    ['pod', 'stop'],
    ['pod', 'remove'],
    ['workload', 'restart'],
  ])('%s does not offer to %s', (of, act) => {
    const places = {
      docker: (step() as { place: object }).place,
      pod: { of: 'pod', namespace: 'mq', name: 'b-0', uid: 'u' },
      workload: {
        of: 'workload',
        namespace: 'mq',
        workload: { kind: 'deployment', name: 'b' },
        from: 1,
        to: 2,
      },
    };
    expect(StepSchema.safeParse({ ...step(), do: act, place: Reflect.get(places, of) }).success).toBe(false);
  });
});

describe('a worker that is lost', () => {
  const unanswered = (of: (script: string) => boolean): RemoteExec => ({
    async run(host, script, limits, signal) {
      const answer = await exec.run(host, script, limits, signal);
      if (!of(script)) return answer;
      return {
        kind: 'no-answer',
        reason: 'closed',
        detail: 'cut',
        stdout: '',
        sent: true,
        tookMs: 1,
      } satisfies ExecAnswer;
    },
  });

  it('before the command left: never done, and never will be', async () => {
    expect(await look()).toMatchObject({ kind: 'without-effect' });
    expect(await perform()).toMatchObject({ kind: 'unknown' });
    expect(await effects()).toEqual([]);
  });

  it('between effect and answer: found done', async () => {
    const cut = handsWith(unanswered((script) => script.includes('docker restart')));
    expect(await perform(step(), cut)).toMatchObject({ kind: 'done' });
    expect(await effects()).toEqual(['restart']);
  });

  it('frozen for longer than its lease, after somebody has looked: does nothing any more', async () => {
    const answer = await performStep(
      step(),
      frame(),
      async () => {
        expect(await look()).toMatchObject({ kind: 'without-effect' });
        return true;
      },
      hands,
    );
    expect(answer.kind).not.toBe('done');
    expect(await effects()).toEqual([]);
  });
});

describe('a node that lost the result of a command', () => {
  /** The marker of a command whose process is gone, begun so many seconds ago. */
  async function marker(secondsAgo: number): Promise<void> {
    const { runId } = frame();
    const [uptime = '0'] = (await readFile('/proc/uptime', 'utf8')).split('.');
    const own = path.join(folder, `fettle-${process.getuid?.() ?? 0}`);
    await mkdir(own, { mode: 0o700 });
    const at = path.join(own, `${runId}.1`);
    await mkdir(path.join(at, 'start'), { recursive: true });
    await writeFile(path.join(at, 'since'), `${Number(uptime) - secondsAgo}\n`);
    await writeFile(path.join(at, 'tells-start'), '');
    await writeFile(path.join(at, 'command'), '\n');
    await writeFile(path.join(at, 'pid'), '4194303\n');
  }
  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

  it('tells by the container: started after the step was begun is done', async () => {
    await marker(40);
    await put('at', ago(30));
    expect(await look()).toMatchObject({ kind: 'done' });
  });

  it('tells the same when its clock is a day ahead of everybody', async () => {
    const file = path.join(folder, 'bin/date');
    await writeFile(file, '#!/bin/sh\nexec /bin/date -d "+86400 seconds" "$@"\n');
    await chmod(file, 0o755);
    await marker(40);
    await put('at', ago(30 - 86_400));
    expect(await look()).toMatchObject({ kind: 'done' });
    await put('at', ago(400 - 86_400));
    await rm(path.join(folder, `fettle-${process.getuid?.() ?? 0}`), { recursive: true });
    await marker(200);
    expect(await look()).toMatchObject({ kind: 'without-effect' });
  });

  it('does not take a start of before the step for its effect', async () => {
    await marker(200);
    await put('at', ago(400));
    expect(await look()).toMatchObject({ kind: 'without-effect' });
  });

  it('waits for a daemon that may still be at it, and says without effect once it cannot be', async () => {
    await marker(20);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    await rm(path.join(folder, `fettle-${process.getuid?.() ?? 0}`), { recursive: true });
    await marker(200);
    expect(await look()).toMatchObject({ kind: 'without-effect' });
  });

  it.each([
    ['a status that is no status', () => put('word', 'Up yours')],
    ['a status that differs from the inspection', () => put('word', 'Exited (0) 2 hours ago')],
    ['no time of a start', () => put('at', 'soon')],
  ])('is unknown with %s', async (_, change) => {
    await marker(200);
    await put('at', ago(30));
    await change();
    expect(await look()).toMatchObject({ kind: 'unknown' });
  });
});
