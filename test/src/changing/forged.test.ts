import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requestDigest, signGrant, signRequest } from '../../../src/runs/authority.ts';
import { makeKeyPair, readSigningKey } from '../../../src/runs/keys.ts';
import { hashPlan } from '../../../src/runs/plan.ts';
import { type Approval, newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { confirmFacts, plannedFacts } from '../../../src/runs/story.ts';
import {
  at,
  type Body,
  drawn,
  type ForgeryStage,
  ONE_APPROVAL,
  openForgeryStage,
  ORDER,
  OTHER_ORDER,
  TWO_APPROVALS,
} from '../../support/forgery-stage.ts';
import { grantFor, keysOf } from '../../support/signed.ts';

const zhao = { id: 'zhao', name: 'Zhao Min' };
const qian = { id: 'qian', name: 'Qian Yu' };
const lin = { id: 'lin', name: 'Lin Wei' };
let stage: ForgeryStage;

beforeAll(async () => {
  stage = await openForgeryStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.policy = ONE_APPROVAL;
  stage.known = keysOf(stage.pair);
  stage.canSign = true;
  stage.errors.length = 0;
});
// What one forgery leaves in the record must not be taken for the trace of the next.
afterEach(async () => {
  await stage.attacker.forget();
});

/** A request to whoever listens, and another order's lock. */
const evilSteps = () => [
  {
    kind: 'delete-rows',
    title: { en: 'Delete 1 control lock', zh: 'x' },
    database: 'opswareorchestration',
    table: 'control_lock',
    key: ['id'],
    rows: [{ id: '99', target: 'group:z', order_no: 'r1_999999999999999', gmt_create: 't' }],
  },
  {
    kind: 'request',
    method: 'POST',
    title: { en: 'x', zh: 'x' },
    from: { host: 'h-1' },
    url: stage.url,
    body: { type: 'json', text: '{"cmd":"rm"}' },
  },
];
const invented = (hash: string, by = zhao) => ({ by, at: new Date().toISOString(), hash });
const rehash = (body: Body): void => {
  body.plan.hash = hashPlan(body.plan as unknown as Plan);
};
const approve = (body: Body, ...approvals: object[]): void => {
  body['state'] = 'approved';
  body.approvals = approvals as Body['approvals'];
};
const planOf = (run: Run): Plan => {
  if (!run.plan) throw new Error('no plan');
  return run.plan;
};
/** The line that belongs to an approval. */
const confirmLine = (run: Run, approval: Approval, by = approval.by) =>
  stage.attacker.append({
    actor_id: by.id,
    action: 'confirm',
    run_id: run.id,
    decision: 'run',
    facts: confirmFacts(planOf(run), approval, 'one'),
  });
const grant = (run: Run, by = zhao) => grantFor(stage.store, stage.pair, run, by, { policy: 'one' });

/** An approval signed for this run with a key that nobody gave out. */
function grantBy(
  run: Run,
  pair = makeKeyPair(),
  over: Partial<{ by: typeof zhao; hash: string }> = {},
): Approval {
  return signGrant(
    run,
    { ...invented(planOf(run).hash), ...over },
    { risk: planOf(run).risk, policy: 'one', notAfter: run.notAfter ?? '' },
    readSigningKey(pair.privatePem),
  );
}

type Forge = () => Promise<RunId>;

/** Forges after an honest plan that nobody has confirmed. */
const onPlanned =
  (forge: (run: Run) => Promise<unknown>): Forge =>
  async () => {
    const run = await stage.planned();
    await forge(run);
    return run.id;
  };
/** Forges after an honest confirmation, before a worker has taken the run. */
const onConfirmed =
  (forge: (run: Run) => Promise<unknown>): Forge =>
  async () => {
    const run = await stage.confirmed();
    await forge(run);
    return run.id;
  };
const edited = (run: Run, change: (body: Body) => void): Promise<void> => stage.attacker.edit(run.id, change);

const withoutApproval: readonly (readonly [string, Forge])[] = [
  [
    'other steps, the hash left, an approval invented',
    onPlanned((run) =>
      edited(run, (body) => {
        body.plan['steps'] = evilSteps();
        approve(body, invented(body.plan.hash));
      }),
    ),
  ],
  [
    'other steps with their own hash, an approval invented for it',
    onPlanned((run) =>
      edited(run, (body) => {
        body.plan['steps'] = evilSteps();
        rehash(body);
        approve(body, invented(body.plan.hash));
      }),
    ),
  ],
  [
    'only an approval invented',
    onPlanned((run) => edited(run, (body) => approve(body, invented(body.plan.hash)))),
  ],
  ['no approval at all, only the state', onPlanned((run) => edited(run, (body) => approve(body)))],
  [
    'no approval needed, says the row',
    onPlanned((run) =>
      edited(run, (body) => {
        body['approvalsNeeded'] = 0;
        approve(body);
      }),
    ),
  ],
  [
    'an approval invented, and its line chained into the record',
    onPlanned(async (run) => {
      const approval = invented(planOf(run).hash);
      await confirmLine(run, approval);
      await edited(run, (body) => approve(body, approval));
    }),
  ],
  [
    'an approval signed with a key of the forger, with its line',
    onPlanned(async (run) => {
      const approval = grantBy(run);
      await confirmLine(run, approval);
      await edited(run, (body) => approve(body, approval));
    }),
  ],
  [
    'the same, under the id of the known key',
    onPlanned(async (run) => {
      const made = grantBy(run);
      const approval = { ...made, grant: { ...made.grant, key: stage.pair.id } } as Approval;
      await confirmLine(run, approval);
      await edited(run, (body) => approve(body, approval));
    }),
  ],
  [
    'the signature of the request in place of an approval',
    onPlanned(async (run) => {
      const { key = '', value = '' } = run.request ?? {};
      const terms = { risk: planOf(run).risk, policy: 'one', notAfter: run.notAfter ?? '' };
      const approval: Approval = { ...invented(planOf(run).hash), grant: { ...terms, key, value } };
      await confirmLine(run, approval);
      await edited(run, (body) => approve(body, approval));
    }),
  ],
  [
    'an approval that was signed for another run with the same plan',
    async () => {
      const other = await stage.confirmed();
      const run = await stage.planned();
      const [approval] = other.approvals;
      if (!approval || approval.hash !== planOf(run).hash) throw new Error('the plans should be the same');
      await confirmLine(run, approval);
      await edited(run, (body) => approve(body, approval));
      await edited(other, (body) => {
        body['state'] = 'ended';
        body['outcome'] = 'cancelled';
      });
      return run.id;
    },
  ],
  [
    'a run that nobody asked for, with every line that belongs to it',
    async () => {
      const honest = await stage.planned();
      const id = newRunId();
      const body = await stage.attacker.body(honest.id);
      const forger = makeKeyPair();
      const made: Run = { ...honest, id, requestedBy: lin };
      const approval = grantBy(made, forger);
      const request = signRequest(made, new Date().toISOString(), readSigningKey(forger.privatePem));
      await stage.attacker.query(
        `insert into run (id, kind, state, requested_by, on_slack, created_at, changed_at, state_at, revision, idempotency_key, not_after, body)
         select ?, kind, 'approved', requested_by, 0, created_at, changed_at, state_at, 1, sha2(?, 256), not_after, ? from run where id = ?`,
        [
          id,
          id,
          JSON.stringify({ ...body, id, request, state: 'approved', approvals: [approval] }),
          honest.id,
        ],
      );
      const lines = [
        { actor_id: 'lin', action: 'ask', decision: 'ask', facts: { request: requestDigest(made) } },
        {
          actor_id: 'fettle',
          action: 'planned',
          facts: plannedFacts(planOf(honest), 1, honest.notAfter ?? ''),
        },
        {
          actor_id: 'zhao',
          action: 'confirm',
          decision: 'run',
          facts: confirmFacts(planOf(honest), approval, 'one'),
        },
      ];
      for (const line of lines) await stage.attacker.append({ ...line, run_id: id });
      return id;
    },
  ],
  [
    'an inspection turned into a change',
    async () => {
      const said = await stage.desk.ask('inspect', 'all', at('U0LIN'));
      const honest = await stage.planned();
      if (said.kind !== 'started') throw new Error('not started');
      const { plan } = honest;
      await stage.attacker.query(
        "update run set kind = 'change', not_after = now(3) + interval 1 hour where id = ?",
        [said.runId],
      );
      await stage.attacker.edit(said.runId, (body) => {
        Object.assign(body, { ask: honest.ask, plan, approvalsNeeded: 1, notAfter: honest.notAfter });
        approve(body, invented(planOf(honest).hash));
      });
      return said.runId;
    },
  ],
  [
    'the state set to running, with a lease',
    onPlanned(async (run) => {
      await edited(run, (body) => (body['state'] = 'running'));
      await stage.attacker.query(
        "update run set target = 't', fence = 1, lease_owner = 'worker-1', lease_until = now(3) + interval 1 second where id = ?",
        [run.id],
      );
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }),
  ],
  [
    'the state set to running, all steps in the journal as done',
    onPlanned(async (run) => {
      await edited(run, (body) => (body['state'] = 'running'));
      await stage.attacker.query("insert into step values (?, 1, 'done', 1, ?, 'x', now(3), now(3))", [
        run.id,
        JSON.stringify(planOf(run).steps[0]),
      ]);
    }),
  ],
];

const afterConfirm: readonly (readonly [string, Forge])[] = [
  [
    'other steps, the hash left',
    onConfirmed((run) => edited(run, (body) => (body.plan['steps'] = evilSteps()))),
  ],
  [
    'other steps, hash and approval adjusted',
    onConfirmed((run) =>
      edited(run, (body) => {
        body.plan['steps'] = evilSteps();
        rehash(body);
        for (const approval of body.approvals) approval['hash'] = body.plan.hash;
      }),
    ),
  ],
  ...(
    [
      ['what puts it back', { rollback: [] }],
      ['how it is verified', { verify: [] }],
      ['its risk', { risk: 'low' }],
      ['its warning', { warning: { en: 'Harmless.', zh: 'x' } }],
      ['the playbook', { playbook: 'stuck-flow' }],
      ['the facts', { facts: {} }],
      ['something that no version knows', { more: 1 }],
      ['the evidence that people saw', { looked: [] }],
    ] as const
  ).flatMap(([name, over]): [string, Forge][] => [
    [`${name}, the hash left`, onConfirmed((run) => edited(run, (body) => Object.assign(body.plan, over)))],
    [
      `${name}, hash and approval adjusted`,
      onConfirmed((run) =>
        edited(run, (body) => {
          Object.assign(body.plan, over);
          rehash(body);
          for (const approval of body.approvals) approval['hash'] = body.plan.hash;
        }),
      ),
    ],
  ]),
  [
    'another person who asked',
    onConfirmed((run) => edited(run, (body) => (body['requestedBy'] = { id: 'qian', name: 'Qian Yu' }))),
  ],
  [
    'another order that was asked for',
    onConfirmed((run) =>
      edited(run, (body) => ((body['ask'] as { args: object }).args = { order: OTHER_ORDER })),
    ),
  ],
  [
    'other playbooks that were asked for',
    onConfirmed((run) =>
      edited(run, (body) => ((body['ask'] as { playbooks: string[] }).playbooks = ['release-locks'])),
    ),
  ],
  [
    'another channel where it was asked for',
    onConfirmed((run) => edited(run, (body) => ((body['origin'] as { channel: string }).channel = 'C0EVIL'))),
  ],
  ['the request without its signature', onConfirmed((run) => edited(run, (body) => delete body['request']))],
  [
    'the whole of another order’s plan',
    onConfirmed(async (run) => {
      const { plan } = await stage.planned(OTHER_ORDER);
      await edited(run, (body) => (body.plan = plan as unknown as Body['plan']));
    }),
  ],
  [
    'another person who confirmed',
    onConfirmed((run) =>
      edited(run, (body) => {
        for (const approval of body.approvals) approval['by'] = qian;
      }),
    ),
  ],
  ...(['policy', 'risk', 'notAfter', 'value', 'key'] as const).map((field): [string, Forge] => [
    `the approval’s ${field}`,
    onConfirmed((run) =>
      edited(run, (body) => {
        const other = {
          policy: 'two',
          risk: 'low',
          notAfter: '2099-01-01T00:00:00.000Z',
          value: 'AAAA',
          key: 'k',
        };
        for (const { grant: signed } of body.approvals)
          Object.assign(signed as object, { [field]: other[field] });
      }),
    ),
  ]),
  [
    'the time of an approval that is over, prolonged in the row',
    onPlanned(async (run) => {
      const approval = await grantFor(stage.store, stage.pair, run, zhao, { seconds: -1, policy: 'one' });
      await confirmLine(run, approval);
      await edited(run, (body) => {
        body['notAfter'] = '2099-01-01T00:00:00.000Z';
        approve(body, approval);
      });
      await stage.attacker.query("update run set not_after = '2099-01-01' where id = ?", [run.id]);
    }),
  ],
  [
    'a second approval that is a copy under another id',
    async () => {
      stage.policy = TWO_APPROVALS;
      const run = await stage.confirmed();
      const [approval] = run.approvals;
      if (!approval) throw new Error('no approval');
      await confirmLine(run, approval, qian);
      await edited(run, (body) => approve(body, approval, { ...approval, by: qian }));
      return run.id;
    },
  ],
  [
    'the same person twice, each time signed',
    async () => {
      stage.policy = TWO_APPROVALS;
      const run = await stage.confirmed();
      const second = await grant(run);
      await confirmLine(run, second);
      await edited(run, (body) => approve(body, ...(run.approvals as object[]), second));
      return run.id;
    },
  ],
  [
    'fewer approvals needed than policy wants',
    async () => {
      stage.policy = TWO_APPROVALS;
      const run = await stage.confirmed();
      await edited(run, (body) => {
        body['approvalsNeeded'] = 1;
        body['state'] = 'approved';
      });
      return run.id;
    },
  ],
  [
    'a step in the journal before any worker took it',
    onConfirmed((run) =>
      stage.attacker.query("insert into step values (?, 7, 'done', 1, ?, 'x', now(3), now(3))", [
        run.id,
        JSON.stringify(evilSteps()[1]),
      ]),
    ),
  ],
  [
    'the line of the confirmation taken out of the record',
    onConfirmed(() => stage.attacker.rechain((lines) => lines.filter(({ action }) => action !== 'confirm'))),
  ],
  [
    'the line of the confirmation given to another person',
    onConfirmed(() =>
      stage.attacker.rechain((lines) =>
        lines.map((line) => (line['action'] === 'confirm' ? { ...line, actor_id: 'qian' } : line)),
      ),
    ),
  ],
  [
    'the line of the request taken out of the record',
    onConfirmed(() => stage.attacker.rechain((lines) => lines.filter(({ action }) => action !== 'ask'))),
  ],
  [
    'the line of the plan changed in the record',
    onConfirmed(() =>
      stage.attacker.rechain((lines) =>
        lines.map((line) =>
          line['action'] === 'planned'
            ? { ...line, facts: String(line['facts']).replace('"needs":1', '"needs":0') }
            : line,
        ),
      ),
    ),
  ],
  [
    'a cancelled run set back to approved',
    async () => {
      const run = await stage.confirmed();
      const before = await stage.attacker.body(run.id);
      await stage.press(run, 'cancel', 'U0LIN');
      await stage.attacker.edit(run.id, (body) => {
        delete body['outcome'];
        delete body['endedAt'];
        Object.assign(body, before);
      });
      return run.id;
    },
  ],
  [
    'an approval by a key that was taken out of use',
    async () => {
      const run = await stage.confirmed();
      stage.known = keysOf(makeKeyPair());
      return run.id;
    },
  ],
];

async function reported(id: RunId): Promise<readonly string[]> {
  const faults = await stage.store.audit.verifyStory();
  const chain = await stage.store.audit.verify();
  return [
    ...faults.filter(({ runId }) => runId === id).map(({ because }) => because),
    ...chain.problems.map(({ because }) => because),
  ];
}

async function expectNothing(id: RunId): Promise<void> {
  await stage.drive(id);
  expect(await stage.effects()).toEqual([]);
  expect(stage.errors.filter(({ runId }) => runId === id).map(({ message }) => message)).not.toEqual([]);
  expect(await reported(id)).not.toEqual([]);
}

describe('with the service’s own account of the database and no key, nothing is performed, and it is reported', () => {
  it.each(withoutApproval)('%s', async (_, forge) => {
    const id = await forge();
    await expectNothing(id);
    expect(await stage.get(id)).toMatchObject({ state: 'ended' });
  });
});

describe('what people confirmed cannot be exchanged in the store afterwards', () => {
  it.each(afterConfirm)('%s', async (_, forge) => {
    const id = await forge();
    await expectNothing(id);
    expect(await stage.get(id)).toMatchObject({ state: 'ended', outcome: 'refused' });
  });
});

describe('a press counts only for the plan that was drawn above it', () => {
  /** The button as it is drawn for this person, pressed after the store was edited. */
  async function pressedAfter(
    run: Run,
    action: string,
    forge: () => Promise<unknown>,
    who = 'U0ZHAO',
  ): Promise<void> {
    const value = drawn(run, action) ?? '';
    const [id = '', shown] = value.split('.');
    await forge();
    expect(await stage.desk.press(id, at(who), shown)).toMatchObject({ kind: 'says' });
  }
  const buttonOf = (run: Run, action: string): string =>
    run.buttons.find((each) => each.action === action)?.id ?? '';

  it.each([
    [
      'the row of Cancel says confirm',
      'cancel',
      (run: Run) =>
        stage.attacker.query("update button set action = 'confirm' where id = ?", [buttonOf(run, 'cancel')]),
    ],
    [
      'the row of Cancel and the stored run say confirm',
      'cancel',
      async (run: Run) => {
        await stage.attacker.query("update button set action = 'confirm' where id = ?", [
          buttonOf(run, 'cancel'),
        ]);
        await edited(run, (body) => {
          for (const button of body['buttons'] as { action: string }[]) button.action = 'confirm';
        });
      },
    ],
    [
      'the row of Cancel and the stored run say that it is begun again',
      'cancel',
      async (run: Run) => {
        await stage.attacker.query("update button set action = 'again' where id = ?", [
          buttonOf(run, 'cancel'),
        ]);
        await edited(run, (body) => {
          for (const button of body['buttons'] as { action: string }[]) button.action = 'again';
        });
      },
    ],
    [
      'the steps were exchanged, the hash left',
      'confirm',
      (run: Run) => edited(run, (body) => (body.plan['steps'] = evilSteps())),
    ],
    [
      'the steps were exchanged with their hash',
      'confirm',
      (run: Run) =>
        edited(run, (body) => {
          body.plan['steps'] = evilSteps();
          rehash(body);
        }),
    ],
    [
      'the evidence was exchanged',
      'confirm',
      (run: Run) => edited(run, (body) => (body.plan['looked'] = [])),
    ],
    [
      'the other order’s plan was put in its place',
      'confirm',
      async (run: Run) => {
        const { plan } = await stage.planned(OTHER_ORDER);
        await edited(run, (body) => (body.plan = plan as unknown as Body['plan']));
      },
    ],
    [
      'the order that was asked for was exchanged',
      'confirm',
      (run: Run) => edited(run, (body) => ((body['ask'] as { args: object }).args = { order: OTHER_ORDER })),
    ],
    [
      'the words that were typed were exchanged',
      'confirm',
      (run: Run) => edited(run, (body) => (body['typed'] = '/unstick something else')),
    ],
  ])('%s', async (_, action, forge) => {
    const run = await stage.planned();
    await pressedAfter(run, action, () => Promise.resolve(forge(run)));
    expect((await stage.get(run.id)).approvals).toEqual([]);
    await expectNothing(run.id);
  });

  it('a button that points to another run, even with the same plan', async () => {
    const [shownRun, other] = [await stage.planned(), await stage.planned()];
    expect(planOf(shownRun).hash).toBe(planOf(other).hash);
    await pressedAfter(shownRun, 'confirm', async () => {
      const id = buttonOf(shownRun, 'confirm');
      await stage.attacker.query('update button set run_id = ?, subject_id = ? where id = ?', [
        other.id,
        other.id,
        id,
      ]);
      await edited(other, (body) => (body['buttons'] as object[]).push({ id, action: 'confirm' }));
    });
    expect((await stage.get(other.id)).approvals).toEqual([]);
    await expectNothing(other.id);
  });

  it('the person who asked cannot become another one to confirm it', async () => {
    const run = await stage.planned(ORDER, 'U0ZHAO');
    await pressedAfter(run, 'confirm', () =>
      edited(run, (body) => (body['requestedBy'] = { id: 'lin', name: 'Lin Wei' })),
    );
    expect((await stage.get(run.id)).approvals).toEqual([]);
    await expectNothing(run.id);
  });

  it('an approval of an older plan of the same run', async () => {
    const older = await stage.confirmed();
    await stage.edit("update control_lock set gmt_create = 'later' where id = 10");
    await stage.attacker.edit(older.id, (body) => {
      Object.assign(body, { state: 'queued', approvals: [] });
      delete (body as Partial<Body>).plan;
    });
    await stage.runner.read(older.id, new AbortController().signal);
    const newer = await stage.get(older.id);
    expect(planOf(newer).hash).not.toBe(planOf(older).hash);
    await stage.settle();
    await edited(newer, (body) =>
      approve(body, ...older.approvals.map((approval) => ({ ...approval, hash: body.plan.hash }))),
    );
    await expectNothing(newer.id);
    await stage.edit("update control_lock set gmt_create = 't' where id = 10");
    await stage.settle();
  });

  it('shows no Confirm where the plan was altered', async () => {
    const run = await stage.planned();
    await edited(run, (body) => (body.plan['steps'] = evilSteps()));
    expect(drawn(await stage.get(run.id), 'confirm')).toBeUndefined();
  });
});

describe('what was carried out once is not carried out again', () => {
  /** Carried out honestly; from here on nothing may happen any more. */
  async function done(): Promise<Run> {
    const run = await stage.confirmed();
    await stage.runner.change(run.id, new AbortController().signal);
    const ended = await stage.get(run.id);
    expect(ended).toMatchObject({ outcome: 'done' });
    expect(await stage.effects()).toHaveLength(1);
    await stage.settle();
    return ended;
  }
  /** The lock is there again, so that the same plan can be made again. */
  async function lockIsBack(run: Run): Promise<void> {
    const [step] = planOf(run).steps;
    if (step?.kind !== 'delete-rows') throw new Error('not a plan of rows');
    await stage.restore(step.rows);
  }

  it.each([
    ['the run set back to approved', async () => undefined],
    [
      'its steps taken out of the journal as well, and the fence lowered',
      async (run: Run) => {
        await stage.attacker.query('delete from step where run_id = ?', [run.id]);
        await stage.attacker.query('update fence set fence = fence - 1');
      },
    ],
    [
      'and the ends of the record cut off',
      async (run: Run) => {
        await stage.attacker.query('delete from step where run_id = ?', [run.id]);
        await stage.attacker.rechain((lines) =>
          lines.filter(({ action }) => !/^(ended|step)/.test(String(action))),
        );
      },
    ],
  ])('%s', async (_, more) => {
    const run = await stage.confirmed();
    const before = await stage.attacker.body(run.id);
    await stage.runner.change(run.id, new AbortController().signal);
    await lockIsBack(run);
    await stage.settle();
    await stage.attacker.edit(run.id, (body) => {
      for (const key of Object.keys(body)) delete body[key];
      Object.assign(body, before);
    });
    await more(run);
    await expectNothing(run.id);
    expect(await stage.get(run.id)).toMatchObject({ outcome: 'refused' });
  });

  it('forged jobs carry nothing out: waiting, ended, absent runs', async () => {
    const waiting = await stage.planned(OTHER_ORDER);
    const ended = await done();
    await lockIsBack(ended);
    await stage.settle();
    for (const id of [waiting.id, ended.id, newRunId()]) await stage.drive(id);
    expect(await stage.effects()).toEqual([]);
    expect(await stage.get(waiting.id)).toMatchObject({ state: 'waiting' });
    expect(await stage.store.audit.verifyStory()).toEqual([]);
  });

  describe('and is put back only as it was confirmed', () => {
    /** The press of Roll back on a run that was carried out, planned. */
    async function putBack(of: Run): Promise<Run> {
      await stage.press(of, 'put-back', 'U0LIN');
      const [row] = await stage.attacker.rows("select id from run where kind = 'rollback'");
      const id = String(row?.['id']) as RunId;
      await stage.runner.read(id, new AbortController().signal);
      return stage.get(id);
    }
    const otherRows = (body: Body): void => {
      const [step] = body.plan['rollback'] as { rows: Record<string, string>[] }[];
      if (step)
        step.rows = [{ id: '66', target: 'group:evil', order_no: 'r1_666666666666666', gmt_create: 't' }];
    };

    it.each([
      ['other rows to put back', otherRows],
      [
        'other rows with their hash, approvals adjusted',
        (body: Body) => {
          otherRows(body);
          rehash(body);
          for (const approval of body.approvals) approval['hash'] = body.plan.hash;
        },
      ],
      ['a first run that somebody else asked for', (body: Body) => (body['requestedBy'] = qian)],
      ['a first run without its approvals', (body: Body) => (body.approvals = [])],
    ])('%s: no plan is made of it', async (_, forge) => {
      const first = await done();
      const before = await stage.attacker.body(first.id);
      await stage.attacker.edit(first.id, forge);
      // Confirmed as it is drawn honestly: what the store holds now must not be planned.
      const back = await putBackOf(first);
      expect(back).toMatchObject({ state: 'ended', outcome: 'refused' });
      await expectNothing(back.id);
      expect(before['id']).toBe(first.id);
      await lockIsBack(first);
      await stage.settle();
    });

    it('not of a run that had no effect, whatever its row says', async () => {
      const first = await done();
      await stage.attacker.rechain((lines) =>
        lines.filter(({ run_id, action }) => run_id !== first.id || action !== 'step done'),
      );
      const back = await putBackOf(first);
      expect(back).toMatchObject({ state: 'ended', outcome: 'refused' });
      expect(await stage.effects()).toEqual([]);
      await lockIsBack(first);
      await stage.settle();
    });

    it('rows exchanged after the plan to put back was confirmed', async () => {
      const first = await done();
      const back = await putBack(first);
      expect(back).toMatchObject({ state: 'waiting' });
      await stage.press(back, 'confirm', 'U0ZHAO');
      await stage.attacker.edit(first.id, otherRows);
      await stage.attacker.edit(back.id, (body) => {
        const [step] = body.plan['steps'] as { rows: Record<string, string>[] }[];
        if (step)
          step.rows = [{ id: '66', target: 'group:evil', order_no: 'r1_666666666666666', gmt_create: 't' }];
      });
      await expectNothing(back.id);
      await lockIsBack(first);
      await stage.settle();
    });

    it('another run to put back than was asked for', async () => {
      const first = await done();
      const back = await putBack(first);
      await stage.press(back, 'confirm', 'U0ZHAO');
      const other = await stage.planned(OTHER_ORDER);
      await stage.attacker.edit(back.id, (body) => (body['ask'] = { kind: 'rollback', of: other.id }));
      await expectNothing(back.id);
      expect(await stage.get(back.id)).toMatchObject({ outcome: 'refused' });
      await lockIsBack(first);
      await stage.settle();
    });

    it('not with a key that is gone, which is said and is no forgery', async () => {
      const first = await done();
      stage.known = keysOf(makeKeyPair());
      const back = await putBack(first);
      expect(back).toMatchObject({
        outcome: 'refused',
        says: { en: expect.stringContaining('the key that signed it is no longer known') },
      });
      expect(await stage.effects()).toEqual([]);
      expect(stage.errors).toEqual([]);
      expect(await stage.store.audit.verifyStory()).toEqual([]);
      await lockIsBack(first);
      await stage.settle();
    });

    it('with the approval of the first run', async () => {
      const first = await done();
      const back = await putBack(first);
      await stage.attacker.edit(back.id, (body) => approve(body, ...(first.approvals as object[])));
      await expectNothing(back.id);
      expect(await stage.get(back.id)).toMatchObject({ outcome: 'refused' });
      await lockIsBack(first);
      await stage.settle();
    });

    it('honestly: confirmed for itself, carried out once, and the record holds', async () => {
      const first = await done();
      const back = await putBack(first);
      await stage.press(back, 'confirm', 'U0ZHAO');
      await stage.drive(back.id);
      expect(await stage.get(back.id)).toMatchObject({ outcome: 'done' });
      expect(await stage.effects()).toEqual([expect.stringContaining('new: ')]);
      await stage.settle();
      expect(await stage.store.audit.verifyStory()).toEqual([]);
      expect(stage.errors).toEqual([]);
    });

    /** The same press by somebody whose message still shows the button. */
    async function putBackOf(first: Run): Promise<Run> {
      const id = first.buttons.find(({ action }) => action === 'put-back')?.id ?? '';
      await stage.desk.press(id, at('U0LIN'));
      const [row] = await stage.attacker.rows("select id from run where kind = 'rollback'");
      const back = String(row?.['id']) as RunId;
      await stage.runner.read(back, new AbortController().signal);
      return stage.get(back);
    }
  });
});

describe('keys', () => {
  it('an old and a new key stand side by side', async () => {
    const run = await stage.confirmed();
    stage.known = new Map([...keysOf(makeKeyPair()), ...keysOf(stage.pair)]);
    await stage.runner.change(run.id, new AbortController().signal);
    const ended = await stage.get(run.id);
    expect(ended).toMatchObject({ outcome: 'done' });
    const [step] = planOf(run).steps;
    await stage.restore(step?.kind === 'delete-rows' ? step.rows : []);
    await stage.settle();
  });

  it('a worker without a public key performs nothing, says so, and leaves the run to another', async () => {
    const run = await stage.confirmed();
    stage.known = new Map();
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(await stage.get(run.id)).toMatchObject({ state: 'approved' });
    expect(stage.errors.map(({ message }) => message).join()).toContain('no public key');
  });

  it('a bot without its private key confirms nothing, and says what is missing', async () => {
    const run = await stage.planned();
    stage.canSign = false;
    expect(await stage.press(run, 'confirm', 'U0ZHAO')).toEqual({
      kind: 'says',
      says: { en: 'no key here', zh: '没有密钥' },
    });
    expect(await stage.get(run.id)).toMatchObject({ state: 'waiting', approvals: [] });
  });
});

describe('the approvals of two people', () => {
  it('count when both have signed, and once only', async () => {
    stage.policy = TWO_APPROVALS;
    const run = await stage.confirmed();
    expect(run).toMatchObject({ state: 'waiting' });
    await stage.press(run, 'confirm', 'U0QIAN');
    await stage.drive(run.id);
    expect(await stage.get(run.id)).toMatchObject({ outcome: 'done' });
    expect(await stage.effects()).toHaveLength(1);
    const [step] = planOf(run).steps;
    await stage.restore(step?.kind === 'delete-rows' ? step.rows : []);
    await stage.settle();
    expect(await stage.store.audit.verifyStory()).toEqual([]);
  });

  it('do not count any more when policy wants more of them meanwhile', async () => {
    const run = await stage.confirmed();
    stage.policy = TWO_APPROVALS;
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(await stage.get(run.id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('policy has changed') },
    });
  });
});
