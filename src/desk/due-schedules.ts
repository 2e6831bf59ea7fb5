import { findScope, localTime, type Words, words } from '../kit/index.ts';
import { StoreUnavailable } from '../runs/faults.ts';
import { missedWords } from '../runs/missed.ts';
import { sha256 } from '../runs/plan.ts';
import { FETTLE, newRunId, type Run, type RunId } from '../runs/run.ts';
import type { Schedule, ScheduleId, Scheduled, Slot } from '../runs/schedule.ts';
import { decideSlots, turnOf } from '../runs/slots.ts';
import { newCancel } from './begin.ts';
import { type Declared, declareSchedules } from './declare.ts';
import { visibleScopeTyped } from './visible-scope.ts';
import { type DeskDeps, handOver } from './deps.ts';

type DueSchedulesDeps = Pick<
  DeskDeps,
  'buttons' | 'estate' | 'policy' | 'runs' | 'schedules' | 'dispatch' | 'systemsOf' | 'log' | 'now'
>;

/** The door that no person comes through: schedules whose time has come. Everything may be called again, and by several processes. */
export interface DueSchedules {
  /** Brings the store to what the inventory declares; schedules it no longer declares are removed. */
  readonly declare: (declared: readonly Declared[]) => Promise<void>;
  /** A clock rang for a slot. */
  readonly ring: (id: ScheduleId, slot: Date) => Promise<void>;
  /** Starts every slot that is due by the database's clock, notified or not. Returns all schedules. */
  readonly startDue: () => Promise<readonly Schedule[]>;
}

export function openDueSchedules(deps: DueSchedulesDeps): DueSchedules {
  const { schedules, estate } = deps;
  let since: Date | undefined;
  const settle = (id: ScheduleId, ringing?: Date): Promise<void> =>
    schedules.settle(id, (moment) => decideSlots(moment, estate.timeZone), ringing);

  return {
    declare: (declared) => declareSchedules(deps, declared),

    async ring(id, slot) {
      await settle(id, slot);
      await carryOn(deps);
    },

    async startDue() {
      const { now } = await schedules.look(since);
      since ??= now;
      const all = await schedules.all();
      for (const { id, nextAt } of all)
        if (nextAt !== undefined && new Date(nextAt) <= now)
          await alone(deps, { schedule: id }, () => settle(id));
      await carryOn(deps);
      return all;
    },
  };
}

/** Records the runs of decided slots: inspections as there is room for them, and what is to be told at once. */
async function carryOn(deps: DueSchedulesDeps): Promise<void> {
  const waiting = await deps.schedules.waiting();
  if (waiting.length === 0) return;
  const begin = turnOf(
    waiting.filter(({ state }) => state === 'due'),
    await deps.schedules.underWay(),
  );
  for (const slot of waiting)
    await alone(deps, { schedule: slot.schedule.id, slot: slot.at }, () =>
      carryOnWith(deps, slot, begin.includes(slot)),
    );
}

async function carryOnWith(deps: DueSchedulesDeps, slot: Slot, isItsTurn: boolean): Promise<void> {
  if (slot.state !== 'due') await deps.schedules.given(slot, await tell(deps, slot));
  else if (isItsTurn) await inspectNow(deps, slot);
  else if (slot.isLong) {
    await tell(deps, slot);
    await deps.schedules.waitTold(slot);
  }
}

/** A schedule that fails holds no other up; with the store away there is nothing to go on with. */
async function alone(
  { log }: Pick<DueSchedulesDeps, 'log'>,
  facts: { readonly schedule: string; readonly slot?: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    log.warn({ ...facts, error }, 'a schedule could not be looked after; the others go on');
  }
}

async function inspectNow(deps: DueSchedulesDeps, slot: Slot): Promise<void> {
  const { schedule, at, late, missed } = slot;
  const look = visibleScopeTyped(deps, schedule.owner, schedule.scope);
  if (!look.ok) {
    const because = look.isMayNot ? mayNot(schedule) : cannot(schedule, look.says);
    await deps.schedules.refuse(slot, because, {
      actor: FETTLE,
      action: 'schedule pause',
      decision: 'no',
      reason: because.en,
      facts: { schedule: schedule.name, slot: at, owner: schedule.owner.id, policy: deps.policy().version },
    });
    const refused = { ...slot, state: 'refused', because } as const;
    return deps.schedules.given(slot, await tell(deps, refused));
  }
  const came = { slot: at, ...(late ? { late } : {}), ...(missed ? { missed } : {}) };
  const asked = runOf(schedule, look.ask, came);
  const { run, created } = await deps.runs.create(
    { ...asked, state: 'queued', buttons: await newCancel(deps, asked.id) },
    keyOf(slot),
    auditOf(deps, slot, 'schedule'),
  );
  await deps.schedules.given(slot, run.id);
  if (created) await handOver(deps, run);
}

/** A skipped slot is also recorded as a run that did not take place, with the reason. */
async function tell(deps: DueSchedulesDeps, slot: Slot): Promise<RunId> {
  const { schedule, at } = slot;
  const found = findScope(schedule.scope, deps.estate);
  const { run } = await deps.runs.create(
    {
      ...runOf(
        schedule,
        { kind: 'inspect', scope: found.ok ? found.scope : { kind: 'all' } },
        {
          slot: at,
          ...(slot.missed ? { missed: slot.missed } : {}),
        },
      ),
      state: 'ended',
      outcome: 'refused',
      endedAt: (await deps.now()).toISOString(),
      says: saysOf(slot, deps.estate.timeZone),
    },
    // A slot that waits gets its own run later.
    slot.state === 'due' ? sha256(`waits:${keyOf(slot)}`) : keyOf(slot),
    auditOf(deps, slot, `schedule ${slot.state === 'due' ? 'waits' : slot.state}`),
  );
  return run.id;
}

const keyOf = ({ schedule: { id }, at }: Slot): string => sha256(`schedule:${id}:${at}`);

const auditOf = (
  { policy }: Pick<DueSchedulesDeps, 'policy'>,
  { schedule: { name, owner, scope }, at }: Slot,
  action: string,
) => ({
  actor: FETTLE,
  action,
  decision: action === 'schedule' ? ('run' as const) : ('no' as const),
  facts: { schedule: name, slot: at, owner: owner.id, scope, policy: policy().version },
});

/** A new run of a schedule, which Fettle asks for on behalf of its owner. */
export function runOf(
  { id, name, owner, team, channel, lang, scope }: Schedule,
  ask: Run['ask'],
  came: Omit<Scheduled, 'id' | 'name' | 'owner'>,
): Omit<Run, 'createdAt' | 'revision' | 'state'> {
  return {
    id: newRunId(),
    ask,
    lang,
    requestedBy: { ...FETTLE, name: `${FETTLE.name} (${owner.name})` },
    origin: { surface: 'slack', team, channel },
    typed: `/inspect ${scope}`,
    schedule: { id, name, owner, ...came },
    approvals: [],
    steps: [],
    buttons: [],
  };
}

const mayNot = ({ name, owner }: Schedule): Words =>
  words(
    `Paused: ${owner.name} may no longer look at it. Somebody who may can take it over: /inspect schedule resume ${name}`,
    `已暂停：${owner.name} 不再有巡检权限。有权限的同事可接管：/inspect 计划 恢复 ${name}`,
  );

const cannot = ({ name, declared }: Schedule, why: Words): Words =>
  declared === undefined
    ? words(
        `Paused: ${why.en} Change it: /inspect schedule change "${name}" <scope>`,
        `已暂停：${why.zh}请修改：/inspect 计划 修改 "${name}" <范围>`,
      )
    : words(`Paused: ${why.en} It is written in ${declared}.`, `已暂停：${why.zh}该计划定义于 ${declared}。`);

function saysOf({ state, at, missed, because, schedule }: Slot, zone: string): Words {
  const time = localTime(at, zone);
  const gap = missed && sentence(missedWords(missed, zone));
  switch (state) {
    case 'skipped': {
      const skipped = words(
        `The inspection of ${time} is skipped: the one before has not ended yet.`,
        `${time} 的巡检已跳过：上一次巡检尚未结束。`,
      );
      return gap ? words(`${skipped.en} ${gap.en}`, `${skipped.zh}${gap.zh}`) : skipped;
    }
    case 'missed': {
      const { nextAt } = schedule;
      const next = nextAt === undefined ? undefined : localTime(nextAt, zone);
      const told = gap ?? words(`Missed the inspection of ${time}.`, `漏检 1 次（${time}）。`);
      return next === undefined
        ? told
        : words(`${told.en} The next one is at ${next}.`, `${told.zh}下一次：${next}。`);
    }
    case 'refused':
      return because ?? words('Paused.', '已暂停。');
    case 'due':
      return words(
        `The inspection of ${time} waits for its turn: others of schedules have not ended. It begins by itself.`,
        `${time} 的巡检正在等待：其他定时巡检尚未结束，之后将自动开始。`,
      );
    case 'by-hand':
      throw new Error(`somebody asked for the slot ${at}`);
    default:
      return state satisfies never;
  }
}

const sentence = ({ en, zh }: Words): Words =>
  words(`${en.slice(0, 1).toUpperCase()}${en.slice(1)}.`, `${zh}。`);
