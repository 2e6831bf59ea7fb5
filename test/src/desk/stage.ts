import type { RowDataPacket } from 'mysql2/promise';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { openDesk } from '../../../src/desk/desk.ts';
import type { DeskDeps } from '../../../src/desk/deps.ts';
import type { Arrival, Desk } from '../../../src/desk/port.ts';
import {
  type Command,
  type Estate,
  type Playbook,
  readScope,
  scopeFields,
  words,
} from '../../../src/kit/index.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Authority } from '../../../src/runs/authority.ts';
import { newRunId, type Run } from '../../../src/runs/run.ts';
import type { Store } from '../../../src/store/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { authorityWith } from '../../support/signed.ts';

const playbook = {
  kind: 'playbook',
  name: 'fix',
  system: 'DEPS',
  title: words('Fix', '修复'),
  rows: ['DEPS-F05'],
  clause: { document: '001', section: '2.5' },
  risk: 'dangerous',
  examples: [],
  irreversible: undefined,
} as unknown as Playbook;
const command = (name: string, read: Command['read'], form?: Command['form']): Command => ({
  name,
  title: words(name, name),
  usage: words('', ''),
  examples: ['x'],
  read,
  ...(form ? { form } : {}),
});
const catalog: Catalog = {
  commands: new Map([
    [
      'inspect',
      command(
        'inspect',
        (text) =>
          text === ''
            ? { kind: 'answer', says: words('Inspect what?', '巡检什么？'), form: true }
            : text === 'all'
              ? { kind: 'inspect', scope: { kind: 'all' } }
              : { kind: 'inspect', scope: { kind: 'system', ids: [text.toUpperCase()] } },
        {
          button: words('Inspect…', '巡检…'),
          title: words('Inspect', '巡检'),
          submit: words('Inspect', '巡检'),
          fields: scopeFields,
          read: readScope,
        },
      ),
    ],
    [
      'unstick',
      command('unstick', (text) => ({ kind: 'change', playbooks: ['fix'], args: { order: text } })),
    ],
    ['fettle', command('fettle', () => ({ kind: 'help', topic: '' }))],
  ]),
  inspections: new Map(),
  playbooks: new Map([['fix', playbook]]),
};
const confirm = { approvals: 1, roles: ['approver'], self: false };
const policy: Policy = {
  version: 'v1',
  people: [
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
    { key: 'chen', name: 'Chen Bo', slack: 'U0CHEN' },
    { key: 'guo', name: 'Guo Yi', slack: 'U0GUO' },
  ],
  roles: { operator: ['lin'], approver: ['zhao'], viewer: ['chen'], auditor: ['guo'] },
  everyone: [],
  allow: [
    { roles: ['operator', 'approver', 'viewer'], actions: ['inspect'], systems: ['MQ'] },
    { roles: ['auditor'], actions: ['inspect'], systems: ['REG'] },
    { roles: ['operator', 'approver'], actions: ['change', 'confirm', 'inspect'], systems: ['DEPS'] },
    { roles: ['approver'], actions: ['readonly'], systems: ['*'] },
  ],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
};
const estate: Estate = estateOf({
  systems: [
    { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    { id: 'REG', title: words('Registry', '注册中心'), names: ['reg'] },
  ],
  apps: [appOf('msgbroker', 'MQ', { hosts: ['msgbroker-1'] })],
  hosts: [{ name: 'msgbroker-1', app: 'msgbroker', site: 'a', address: '127.0.0.1', port: 22 }],
});

/** Somebody at the door; policy knows U0LIN as lin, and so on. */
export const from = (slackId: string, key = newRunId() as string): Arrival => ({
  key,
  person: { id: slackId, name: slackId },
  slackId,
  origin: { surface: 'slack', team: 'T', channel: 'C' },
  lang: 'en',
});

export interface DeskStage {
  readonly desk: Desk;
  readonly store: Store;
  /** Its database, as its owner sees it. */
  readonly root: FreshStore['root'];
  readonly authority: Authority;
  /** What was handed to the queue. */
  readonly sent: Run[];
  /** Whether the queue takes anything. */
  queueIsUp: boolean;
  /** Rows of the record, the newest last. */
  readonly rows: () => Promise<number>;
  /** The facts of the newest row. */
  readonly newestFacts: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A desk on a real store, with a queue that remembers. */
export async function openDeskStage(
  /** The commands of the stage unless others are given; with limits only where they are asked for. */
  over: {
    readonly catalog?: Catalog;
    readonly isLimited?: boolean;
    readonly canRead?: DeskDeps['canRead'];
    readonly unreadable?: DeskDeps['unreadable'];
  } = {},
): Promise<DeskStage> {
  const { store, root, audit, close } = await freshStore();
  const authority = authorityWith();
  const stage: DeskStage = {
    store,
    root,
    authority,
    sent: [],
    queueIsUp: true,
    desk: openDesk({
      estate,
      catalog: over.catalog ?? catalog,
      policy: () => policy,
      runs: store.runs,
      buttons: store.buttons,
      history: store.history,
      now: store.now,
      audit: store.audit,
      authority,
      schedules: store.schedules,
      locks: store.locks,
      brackets: store.brackets,
      readOnly: store.readOnly,

      canShow: async () => true,
      posts: store.posts,
      ...(over.isLimited ? { admission: store.admission } : {}),
      ...(over.canRead ? { canRead: over.canRead } : {}),
      ...(over.unreadable ? { unreadable: over.unreadable } : {}),
      systemsOf: (scope) =>
        scope.kind === 'all'
          ? ['MQ', 'REG']
          : scope.kind === 'system'
            ? scope.ids.filter((id) => id !== 'APPM')
            : ['MQ'],
      log: { warn: () => undefined, error: () => undefined },
      dispatch: {
        async send(run) {
          if (!stage.queueIsUp) throw new Error('away');
          stage.sent.push(run);
        },
      },
    }),
    async newestFacts() {
      const [found] = await root.query<RowDataPacket[]>(`select facts from ${audit} order by n desc limit 1`);
      return JSON.parse(String(found[0]?.['facts']));
    },
    async rows() {
      const seen = await store.audit.verify();
      if (seen.problems[0]) throw new Error(seen.problems[0].because);
      return seen.rows;
    },
    close,
  };
  return stage;
}
