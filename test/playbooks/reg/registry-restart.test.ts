import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { physicalNode } from '../../../lab/estate/apps/phys.ts';
import { dataserver, metaserver, sessionserver } from '../../../lab/estate/apps/reg.ts';
import { shownStep } from '../../../src/kit/index.ts';
import { ssh } from '../../lab/estate/practice.ts';
import { type PracticeRunner, practiceRunner } from '../../support/practice-runner.ts';

const LONG = { timeout: 300_000 };
const METAS = ['metaserver-1', 'metaserver-2', 'metaserver-3'];
const WHOLE = 'Subscriber count: 1240, Publisher count: 862, Watcher count: 36';
const EMPTIED = 'Subscriber count: 112, Publisher count: 78, Watcher count: 3';

describe('restarting nodes of the registry', LONG, () => {
  let at: PracticeRunner;
  beforeAll(async () => {
    at = await practiceRunner([metaserver, dataserver, sessionserver, physicalNode]);
  }, 120_000);
  afterAll(() => at.close());
  /** A restart while push is on empties the lists of all clients. */
  beforeEach(async () => {
    await at.practice.estate.mend('all');
    await at.practice.estate.break('push-empties-lists');
  });

  const on = async (host: string, command: string): Promise<string> =>
    (await ssh(at.practice.estate, host, command)).stdout;
  const counts = (): Promise<string> => on('sessionserver-1', 'curl -s localhost:9603/digest/data/count');
  const push = async (): Promise<readonly string[]> =>
    Promise.all(
      METAS.map(async (meta) =>
        (await on(meta, 'curl -s localhost:9615/digest/pushSwitch')).replace(/.*:"(\w+)".*\n/, '$1'),
      ),
    );
  const switched = async (): Promise<readonly string[]> =>
    (
      await Promise.all(
        METAS.map((meta) =>
          on(meta, 'grep -ho "\\(open\\|close\\) stop push" logs/registry/meta/registry-http.log'),
        ),
      )
    )
      .join('')
      .split('\n')
      .filter(Boolean);
  const startOf = async (host: string): Promise<string> => {
    const all = Object.values(at.practice.estate.inventory.apps).flatMap(({ hosts }) => hosts);
    const node = all.find(({ name }) => name === host)?.node ?? '';
    return on(node, `docker inspect --format '{{.State.StartedAt}}' ${host}`);
  };
  /** stop, read back, restart, back, counts, ready, resume, read back. */
  const RESTART = 3;

  it('mends a data server that is down: nothing is lost, though it would be with push on', async () => {
    const { estate } = at.practice;
    await estate.break('process-down', 'dataserver-2');
    expect(await at.red('REG')).toContain('dataserver-2 data-health');
    const before = await switched();

    const planned = await at.planned('registry-restart', { hosts: 'red' });
    expect(planned.says?.en).toContain('Restart dataserver-2 of the registry of site-a');
    expect(planned.plan).toMatchObject({ risk: 'dangerous', irreversible: { en: expect.any(String) } });
    const steps = planned.plan?.steps ?? [];
    expect(steps.map(({ kind, title }) => `${kind}: ${title.en}`)).toEqual([
      'request: Stop the push of site-a',
      'check: Every meta server says that push is stopped',
      'container: Restart the container of dataserver-2',
      'wait: dataserver-2 is back',
      'wait: At least 90 % of publishers, subscribers and watchers are there again',
      'wait: All data and session servers are well',
      'request: Resume the push of site-a',
      'check: Every meta server says that push is on',
    ]);
    expect(steps.map((step) => shownStep(step).place)).toEqual([
      'metaserver-1',
      METAS.join(', '),
      expect.stringContaining('physical-node'),
      'dataserver-2',
      'sessionserver',
      expect.stringContaining('dataserver-1, dataserver-2, dataserver-3, sessionserver-1'),
      'metaserver-1',
      METAS.join(', '),
    ]);
    expect(steps[4] && shownStep(steps[4]).text.en).toContain('subscribers ≥ 2232');

    const done = await at.performed(planned);
    expect(done.says?.en).toContain('verified');
    expect(done).toMatchObject({ outcome: 'done' });
    expect(await counts()).toContain(WHOLE);
    expect(await push()).toEqual(['open', 'open', 'open']);
    expect((await switched()).slice(before.length)).toHaveLength(2);
    expect(await at.fresh.store.brackets.all()).toEqual([]);
    const late = ['data-evictions', 'node-list'];
    const red = (await at.red('REG')).filter((each) => !late.some((check) => each.endsWith(check)));
    expect(red).toEqual([]);
    expect(await at.fresh.store.audit.verify()).toMatchObject({ problems: [] });
    expect(await at.fresh.store.audit.verifyStory()).toEqual([]);

    // The same without the bracket.
    await estate.restart('dataserver-2');
    expect(await counts()).toContain(EMPTIED);
  });

  it('that are red but not enough of which would stay, or of which nobody is red, are left alone', async () => {
    const { estate } = at.practice;
    const says = async (args: Readonly<Record<string, unknown>>): Promise<string> => {
      const run = await at.planned('registry-restart', args);
      expect(run).toMatchObject({ state: 'ended', outcome: 'refused' });
      return run.says?.en ?? '';
    };
    expect(await says({ hosts: 'red' })).toContain('No node of the registry is down');
    expect(await says({ hosts: ['dataserver-1', 'sessionserver-1'] })).toContain('one role at a time');
    expect(await says({ role: 'metaserver', hosts: 'all' })).toContain('Leave one out');
    for (const host of ['dataserver-1', 'dataserver-2']) await estate.break('process-down', host);
    expect(await says({ hosts: ['dataserver-1'] })).toContain('dataserver-2 would stay down');
    expect(await says({ hosts: 'red' })).toContain('only 1 of its 2 peers is well; 2 must be');
    await estate.mend('process-down');
    for (const host of ['sessionserver-1', 'sessionserver-2']) await estate.break('process-down', host);
    expect(await says({ role: 'sessionserver', hosts: 'red' })).toContain('only 0 of its 1 peers are well');
    await estate.mend('process-down');
    await estate.break('meta-no-quorum');
    expect(await says({ hosts: ['dataserver-1'] })).toContain('002 §7.8');
    await estate.mend('meta-no-quorum');
    await estate.break('push-closed');
    expect(await says({ hosts: ['dataserver-1'] })).toContain('stopped already');
  });

  it('is not begun where another run has stopped push in between', async () => {
    const planned = await at.planned('registry-restart', { hosts: ['sessionserver-2'] });
    const stop = await at.planned('push-stop', { cluster: 'site-a', reason: 'replace a node', minutes: 30 });
    expect(await at.performed(stop)).toMatchObject({ outcome: 'done' });
    const started = await startOf('sessionserver-2');
    expect(await at.performed(planned)).toMatchObject({ outcome: 'refused' });
    expect(await startOf('sessionserver-2')).toBe(started);
    expect(await push()).toEqual(['closed', 'closed', 'closed']);
    const resume = await at.planned('push-resume', { cluster: 'site-a' });
    expect(await at.performed(resume)).toMatchObject({ outcome: 'done' });
    expect(await counts()).toContain(WHOLE);
  });

  it('resumes push when somebody cancels in the middle', async () => {
    const planned = await at.planned('registry-restart', { hosts: ['metaserver-2', 'metaserver-3'] });
    const apply = at.fresh.store.runs.apply;
    const by = { id: 'lin', name: 'Lin Wei' };
    const cancel = (async () => {
      for (;;) {
        const run = await at.fresh.store.runs.get(planned.id);
        if (run?.steps.some(({ no }) => no === RESTART)) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const audit = { actor: by, action: 'stop', runId: planned.id, decision: 'run' } as const;
      await apply(planned.id, { kind: 'stopping', by }, audit);
    })();
    await at.performed(planned);
    await cancel;
    const run = await at.untilEnded(planned);
    expect(run.says?.en).toContain('Cancelled by Lin Wei');
    expect(run.steps.map(({ title }) => title.en)).not.toContain('Restart the container of metaserver-3');
    expect(run.steps.slice(-3).map(({ title, state }) => `${title.en}: ${state}`)).toEqual([
      'All data and session servers are well: done',
      'Resume the push of site-a: done',
      'Every meta server says that push is on: done',
    ]);
    expect(await push()).toEqual(['open', 'open', 'open']);
    expect(await counts()).toContain(WHOLE);
    expect(await at.fresh.store.brackets.all()).toEqual([]);
  });

  it('is picked up when its worker is killed after the restart: push is resumed, and nothing happens twice', async () => {
    await at.practice.estate.break('session-without-data', 'sessionserver-2');
    const [before, started] = [await switched(), await startOf('sessionserver-2')];
    const planned = await at.planned('registry-restart', { role: 'sessionserver', hosts: 'red' });
    // Push was stopped, and the container restarted.
    expect(await at.lost(planned, { dieAt: 'after the effect', step: RESTART })).toBe(2);
    const restarted = await startOf('sessionserver-2');
    expect(restarted).not.toBe(started);
    expect(await push()).toEqual(['closed', 'closed', 'closed']);
    expect(await at.fresh.store.brackets.all()).toHaveLength(1);

    const run = await at.untilEnded(planned);
    expect(run.outcome).toBe('failed');
    expect(run.steps.map(({ no, state }) => `${no} ${state}`)).toEqual([
      '1 done',
      '2 done',
      '3 done',
      '6 done',
      '7 done',
      '8 done',
    ]);
    expect(await startOf('sessionserver-2')).toBe(restarted);
    expect(await push()).toEqual(['open', 'open', 'open']);
    expect((await switched()).slice(before.length)).toHaveLength(2);
    expect(await counts()).toContain(WHOLE);
    expect(await at.fresh.store.brackets.all()).toEqual([]);
    expect(await at.fresh.store.audit.verifyStory()).toEqual([]);
  });
});
