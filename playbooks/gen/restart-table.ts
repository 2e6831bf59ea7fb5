import {
  type App,
  type CheckRef,
  type Estate,
  type HostsMeant,
  type Inspection,
  type PersonCheck,
  type RowId,
  type Words,
  words,
} from '../../src/kit/index.ts';
import acvip from '../acvip/inspection.ts';
import basic from '../basic/inspection.ts';
import dbp from '../dbp/inspection.ts';
import dds from '../dds/inspection.ts';
import deps from '../deps/inspection.ts';
import dst from '../dst/inspection.ts';
import dtx from '../dtx/inspection.ts';
import has from '../has/inspection.ts';
import iam from '../iam/inspection.ts';
import mid from '../mid/inspection.ts';
import mq from '../mq/inspection.ts';
import ms from '../ms/inspection.ts';
import onec from '../onec/inspection.ts';
import rmc from '../rmc/inspection.ts';
import star from '../star/inspection.ts';

/** The restart of one app by the manuals: rows that are green afterwards, and a note for the person who decides. */
export interface Restart {
  readonly of: Inspection;
  readonly green: readonly [RowId, ...RowId[]];
  readonly note?: Words;
  /** Steps of its manual that the restart carries out, and the look at what came back. */
  readonly cites?: { readonly restart: readonly string[]; readonly back?: readonly string[] };
}

const RELEASES: Restart = {
  of: deps,
  green: ['DEPS-C03', 'DEPS-C04', 'DEPS-C05', 'DEPS-C11', 'DEPS-C12', 'DEPS-C14'],
  note: words('Release orders under way may stop.', '进行中的发布单可能中断。'),
};
const BASE: Restart = {
  of: basic,
  green: ['BASIC-C02', 'BASIC-C03', 'BASIC-C04', 'BASIC-C05', 'BASIC-C08', 'BASIC-C09'],
};
const IAM: Restart = {
  of: iam,
  green: ['IAM-C02', 'IAM-C03', 'IAM-C05', 'IAM-C06'],
  note: words('HAS cannot be opened while IAM is down.', 'IAM 不可用期间无法打开 HAS。'),
};
const HAS: Restart = {
  of: has,
  green: ['HAS-C02', 'HAS-C04'],
  note: words('acmangkhut needs pageinspect.', 'acmangkhut 依赖 pageinspect。'),
};
const TRACES: Restart = { of: dst, green: ['DST-C02', 'DST-C03', 'DST-C04', 'DST-C05', 'DST-C06'] };
const DTX_SERVER: Restart = {
  of: dtx,
  green: ['DTX-C02', 'DTX-C05', 'DTX-C06', 'DTX-C07', 'DTX-C09', 'DTX-C18'],
};
const DTX_CONSOLE: Restart = { of: dtx, green: ['DTX-C03', 'DTX-C10', 'DTX-C11', 'DTX-C12'] };
const PORTAL: Restart = {
  of: mid,
  green: ['MID-C02', 'MID-C03', 'MID-C04', 'MID-C09', 'MID-C10', 'MID-C14', 'MID-C17'],
};
const ADDRESSES: Restart = {
  of: acvip,
  green: ['ACVIP-C02', 'ACVIP-C04', 'ACVIP-C06', 'ACVIP-C09'],
  note: words('Never both of the pair at once.', '不得同时重启主备两台。'),
};

/** Every app that the manuals restart by its container, by its name in the manuals. */
export const RESTARTS: ReadonlyMap<string, Restart> = new Map<string, Restart>(
  Object.entries({
    apopswareapiserver: RELEASES,
    acopswareorchestration: RELEASES,
    acopswareexecutor: RELEASES,
    opsware: { of: deps, green: ['DEPS-C02'] },
    apconsole: { of: onec, green: ['ONEC-C02', 'ONEC-C03', 'ONEC-C04', 'ONEC-C05'] },
    acprodapigw: { of: rmc, green: ['RMC-C06'] },
    acprovisioncore: BASE,
    acmetaservice: BASE,
    aciaasconnectore: BASE,
    acappcore: BASE,
    acstarserver2: {
      of: star,
      green: ['STAR-C02', 'STAR-C03', 'STAR-C05'],
      note: words(
        'Release tasks that are running fail: make sure that no order is RUNNING.',
        '正在执行的发布任务会失败：请确认没有处于 RUNNING 的发布单。',
      ),
    },
    aciamweb: IAM,
    aciamcore: IAM,
    acmangkhut: HAS,
    pageinspect: HAS,
    dsrconsole: {
      of: ms,
      green: ['MS-C05', 'MS-C07'],
      cites: { restart: ['MS-PR03.1', 'MS-A02.1'], back: ['MS-PR03.2'] },
    },
    antscheduler: {
      of: ms,
      green: ['MS-C02', 'MS-C06', 'MS-C14', 'MS-C15', 'MS-C16'],
      note: words(
        'Tasks due meanwhile may be missed (漏触发): tell the owners of the tasks.',
        '期间到期的任务可能漏触发：请通知任务负责人。',
      ),
      cites: {
        restart: ['MS-PR02.1', 'MS-A04.1', 'MS-F02.2', 'MS-F06.1'],
        back: ['MS-PR02.2', 'MS-A04.2', 'MS-F02.3'],
      },
    },
    antschedulerconsole: { of: ms, green: ['MS-C03'], cites: { restart: ['MS-A04.1'], back: ['MS-A04.2'] } },
    drmdata: {
      of: ms,
      green: ['MS-C04', 'MS-C14', 'MS-C17', 'MS-C27'],
      note: words('Clients connect again by themselves.', '客户端会自动重连。'),
      cites: { restart: ['MS-PR01.1', 'MS-A03.2', 'MS-F01.2'], back: ['MS-PR01.2', 'MS-F01.3'] },
    },
    ddsconsole: {
      of: dds,
      green: ['DDS-C01', 'DDS-C04', 'DDS-C05'],
      cites: { restart: ['DDS-PR01.1', 'DDS-A01.1', 'DDS-A02.1', 'DDS-A04.1'], back: ['DDS-PR01.2'] },
    },
    msgbroker: {
      of: mq,
      green: ['MQ-C02', 'MQ-C08', 'MQ-C10', 'MQ-C16', 'MQ-C18'],
      cites: { restart: ['MQ-PR02.1', 'MQ-PR02.2', 'MQ-PR02.3', 'MQ-F02.1'], back: ['MQ-PR02.4'] },
    },
    msgconsole: {
      of: mq,
      green: ['MQ-C03', 'MQ-C04', 'MQ-C05', 'MQ-C06', 'MQ-C09'],
      cites: { restart: ['MQ-PR01.1', 'MQ-PR01.2', 'MQ-PR01.3', 'MQ-F01.1', 'MQ-A03.1'] },
    },
    dtxserver: {
      ...DTX_SERVER,
      cites: { restart: ['DTX-PR02.1', 'DTX-PR02.2', 'DTX-PR02.3', 'DTX-F02.1'], back: ['DTX-PR02.4'] },
    },
    dtap: DTX_SERVER,
    dtxconsole: {
      ...DTX_CONSOLE,
      cites: { restart: ['DTX-PR01.1', 'DTX-PR01.2', 'DTX-PR01.3', 'DTX-F01.1', 'DTX-A03.1'] },
    },
    'dtap-console': DTX_SERVER,
    dstweb: TRACES,
    dstcollector: TRACES,
    dstconsole: TRACES,
    dbpserver: {
      of: dbp,
      green: ['DBP-C03', 'DBP-C06', 'DBP-C07', 'DBP-C10', 'DBP-C12'],
      cites: { restart: ['DBP-PR06.1'], back: ['DBP-PR06.2'] },
    },
    dbpconsole: {
      of: dbp,
      green: ['DBP-C02', 'DBP-C04'],
      cites: { restart: ['DBP-PR06.1'], back: ['DBP-PR06.2'] },
    },
    intelliproxy: PORTAL,
    osp: PORTAL,
    portal: PORTAL,
    acvip: ADDRESSES,
    antvip: ADDRESSES,
    cloudinc: ADDRESSES,
  }),
);

/** Why an app is not restarted by its container here, and what to do or run instead. */
interface Elsewhere {
  readonly because: Words;
  readonly command?: (app: string, hosts: HostsMeant) => string;
}
/** Apps that have a playbook of their own, or none. */
export const ELSEWHERE: ReadonlyMap<string, Elsewhere> = new Map<string, Elsewhere>(
  Object.entries({
    sessionserver: registry(),
    dataserver: registry(),
    metaserver: registry(),
    'business-host': {
      because: words(
        'A business app is restarted by an operation order: release console > daily operations > app operations, type restart (004 §4.2).',
        '业务应用通过运维单重启：发布部署 > 日常运维 > 应用运维，类型选择重启（004 §4.2）。',
      ),
    },
    staragent: {
      because: words(
        'The agent is restarted on its host, not by a container.',
        'Agent 在主机上重启，而非重启容器。',
      ),
      command: (_: string, hosts: HostsMeant) => `/run restart-staragent ${namedIn(hosts)}`.trimEnd(),
    },
    hasinit: never('hasinit'),
    metapush: never('metapush'),
    metapushclose: never('metapushclose'),
  }),
);

function registry(): Elsewhere {
  return {
    because: words(
      'Hosts of the registry are restarted one role at a time while the push is stopped.',
      '注册中心须在停推期间按角色逐台重启。',
    ),
    command: (app, hosts) => `/run registry-restart ${nodesIn(app, hosts)}`.trimEnd(),
  };
}

const nodesIn = (app: string, hosts: HostsMeant): string =>
  typeof hosts === 'string' ? `${app} ${namedIn(hosts)}` : namedIn(hosts);

const namedIn = (hosts: HostsMeant): string =>
  hosts === 'red' ? '' : hosts === 'all' ? 'all' : hosts.join(' ');

function never(app: string) {
  return {
    because: words(
      `${app} has run once and ended: it is never restarted.`,
      `${app} 为一次性任务，不得重启。`,
    ),
  };
}

/** The checks that must be green afterwards: of each host, of the app as a whole, and those that only a person can see. */
export interface Green {
  readonly system: string;
  /** Checks of each host, by id. */
  readonly onHost: readonly string[];
  readonly onApp: readonly CheckRef[];
  readonly byPerson: readonly PersonCheck[];
}

/** The checks that answer the rows of the app. */
export function greenOf(
  { of, green }: Restart,
  { kind }: Pick<App, 'kind'>,
  estate: Pick<Estate, 'apps'>,
): Green {
  const { id: system } = of.system;
  const checks = of.checks.filter(({ rows }) => rows.some((row) => green.includes(row)));
  const own = checks.filter(({ apps }) => apps.includes(kind));
  // An app without a check of its own is judged by what it serves.
  const whole = own.length > 0 ? own : checks.filter(({ on }) => on === 'page');
  return {
    system,
    onHost: own.filter(({ on }) => on === 'host').map(({ id }) => id),
    onApp: whole
      .filter(({ on }) => on === 'page' || on === 'cluster' || on === 'database')
      .flatMap(({ id, apps }) => {
        const there = estate.apps.find((app) => apps.includes(app.kind));
        return there ? [{ system, check: id, on: { app: there.id } }] : [];
      }),
    byPerson: own.filter((check) => check.on === 'person'),
  };
}
