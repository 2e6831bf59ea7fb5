import {
  checksGreen,
  type CheckRef,
  type Condition,
  type Estate,
  hostsOf,
  type Look,
  onApps,
  portOf,
  type Refusal,
  refuse,
  type RequestStep,
  sentences,
  type Step,
  type Words,
  words,
} from '../../src/kit/index.ts';

const APP = 'acmangkhut';
const IAM_APPS: readonly string[] = ['aciamweb', 'aciamcore'];

/** The switch by which HAS asks IAM or does not: every host of the app has its own. */
export interface IamSwitch {
  /** The app as the inventory calls it. */
  readonly app: string;
  readonly hosts: readonly string[];
  readonly port: number;
  /** The apps of IAM as the inventory calls them. */
  readonly iam: readonly string[];
}

/** Refused where the inventory lacks HAS or IAM: without them nobody can tell how they are. */
export function iamSwitchOf(estate: Estate): IamSwitch | Refusal {
  const app = estate.apps.find(({ kind }) => kind === APP);
  const hosts = app ? hostsOf(estate, app).map(({ name }) => name) : [];
  if (!app || hosts.length === 0)
    return refuse(
      'not-found',
      words(`The inventory has no host of ${APP}.`, `资产清单中没有 ${APP} 的主机。`),
    );
  const iam = estate.apps.filter(({ kind }) => IAM_APPS.includes(kind)).map(({ id }) => id);
  if (iam.length === 0)
    return refuse(
      'not-found',
      words(
        'The inventory has no app of IAM: nobody can tell how IAM is.',
        '资产清单中没有 IAM 应用，无法判断 IAM 的状态。',
      ),
    );
  return { app: app.id, hosts, port: portOf(app, 8080), iam };
}

/** HAS-C04. */
export const pageRefs = ({ app }: IamSwitch): readonly CheckRef[] => onApps('HAS', ['product-page'], [app]);

/** IAM-C05, on both apps. */
export const iamHealthRefs = ({ iam }: IamSwitch): readonly CheckRef[] => onApps('IAM', ['health'], iam);

const localUrl = ({ port }: IamSwitch, path: string): string => `http://localhost:${port}${path}`;

/** Seconds for the product to open, on a host and for everybody. */
export const OPENS_SECONDS = 60;

const OPENS = words('HAS opens', 'HAS 可访问');

/** Waits until the product opens for everybody. */
export const untilItOpens = (of: IamSwitch): Step => ({
  kind: 'wait',
  title: OPENS,
  conditions: [{ kind: 'checks', checks: pageRefs(of) }],
  withinSeconds: OPENS_SECONDS,
  everySeconds: 5,
});

/** Sees afterwards that the product opens for everybody. */
export const seesItOpen = (of: IamSwitch) =>
  checksGreen<'HAS-C04'>(pageRefs(of), { row: 'HAS-C04', withinSeconds: OPENS_SECONDS, title: OPENS });

/** The product page as a host has it: the manual prints no other address on its port (ERR-HAS-09). */
export const pageUrl = (of: IamSwitch): string => localUrl(of, '/');

/** The product opens as this host has it. */
export const opensOn = (host: string, of: IamSwitch): Condition => ({
  kind: 'page',
  host,
  url: pageUrl(of),
});

/** How each host has the product page now: its status, or why there is none. */
export const askPages = (
  of: IamSwitch,
  look: Look<'HAS-C04'>,
): Promise<readonly { readonly host: string; readonly status?: number; readonly says: Words }[]> =>
  Promise.all(
    of.hosts.map(async (host) => {
      const title = words(`Product page on ${host}`, `${host} 上的产品页面`);
      const { status, says } = await look.page({ title, row: 'HAS-C04', host, url: pageUrl(of) });
      return { host, ...(status === undefined ? {} : { status }), says };
    }),
  );

/** All hosts or none: why nothing is done where one does not answer on SSH and on its port. */
export async function silentHosts(of: IamSwitch, look: Look<'HAS-C04'>): Promise<Refusal | undefined> {
  const silent = (await askPages(of, look)).filter(({ status }) => status === undefined);
  if (silent.length === 0) return undefined;
  return refuse(
    'unsafe',
    sentences(
      words('All hosts or none, and not every one answers:', '须在全部主机上执行，但有主机无应答：'),
      ...silent.map(({ host, says }) => words(`${host}: ${says.en}.`, `${host}：${says.zh}。`)),
    ),
  );
}

const BRACKET = 'has-iam-closed';

/** Has a host let people in without IAM, and reads that back from its page: the manual names no other look. */
export const closeOn = (host: string, of: IamSwitch, hours: number): RequestStep => ({
  kind: 'request',
  title: words(`Have ${host} do without IAM`, `降级 ${host} 对 IAM 的依赖`),
  // The first two are a person's way to the shell of the host.
  cites: ['HAS-PR02.1', 'HAS-PR02.2', 'HAS-PR02.3'],
  from: { host },
  method: 'GET',
  url: localUrl(of, '/api/common/closeIam'),
  expect: NO_FALSE,
  probe: opensOn(host, of),
  opens: {
    bracket: BRACKET,
    where: host,
    says: words('HAS lets anybody in without IAM', 'HAS 已降级对 IAM 的依赖，访问不受控制'),
    minutes: hours * 60,
    everyMinutes: 15,
    callWhen: { kind: 'checks', checks: iamHealthRefs(of) },
    closeBy: { playbook: 'open-has-iam', args: {} },
  },
});

/** Has a host ask IAM again. The manual prints the two requests with different capitals, and versions may differ (ERR-HAS-03). */
export const openOn = (host: string, of: IamSwitch): RequestStep => ({
  kind: 'request',
  title: words(`Have ${host} ask IAM again`, `恢复 ${host} 对 IAM 的依赖`),
  cites: ['HAS-PR04.1'],
  from: { host },
  method: 'GET',
  url: localUrl(of, '/api/common/openiam'),
  ifNotFound: localUrl(of, '/api/common/openIam'),
  expect: NO_FALSE,
  closes: { bracket: BRACKET, where: host },
});

/** The manual prints no answer: a 2xx that says `false` nowhere. */
const NO_FALSE = { hasNot: 'false' } as const;
