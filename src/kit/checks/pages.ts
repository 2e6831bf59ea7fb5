import type { PageCheck, PersonCheck } from '../check.ts';
import { withoutLast } from '../text/lines.ts';
import { pageOpens } from '../probes/page.ts';
import { type Words, words } from '../words.ts';

type Facts = Pick<PersonCheck, 'id' | 'apps' | 'rows' | 'clause'>;

/** The page of a console, asked for from Fettle. */
export const consolePage = ({
  id = 'console-page',
  title = words('Console page', '控制台页面'),
  app,
  key,
  host,
  path = '',
  ...facts
}: Pick<PageCheck, 'rows' | 'clause'> &
  Partial<Pick<PageCheck, 'id' | 'title'>> & {
    readonly app: string;
    /** Its name among the consoles of the inventory. */
    readonly key: string;
    /** The documented name below the estate's domain; none where the manual prints no address (ERR-GEN-17). */
    readonly host?: string;
    /** Of the page, below either address. */
    readonly path?: string;
  }): PageCheck => ({
  ...facts,
  id,
  title,
  apps: [app],
  console: key,
  ...(host === undefined ? {} : { literal: `${host}.{domain}${path}` }),
  ...pageOpens(({ estate: { consoles, domain } }) => {
    const address = consoles[key] ?? (host === undefined ? undefined : `http://${host}.${domain}`);
    return path === ''
      ? address
      : address && `${withoutLast(address, (character) => character === '/')}${path}`;
  }),
});

/** A page that only a person can see. `expect` is what must be seen there. */
export const lookAt = (
  facts: Facts & Pick<PersonCheck, 'title' | 'page' | 'expect'> & { readonly changes?: true },
): PersonCheck => ({ on: 'person', ...facts });

/** Business monitoring pages: no indicator may be abnormal. */
export const monitoringPage = (
  facts: Facts & { readonly title?: Words; readonly page: Words | string; readonly expect?: Words },
): PersonCheck => ({
  on: 'person',
  id: facts.id,
  apps: facts.apps,
  rows: facts.rows,
  clause: facts.clause,
  title: facts.title ?? words('Business monitoring', '业务实时监控'),
  page: typeof facts.page === 'string' ? words(facts.page, facts.page) : facts.page,
  expect: facts.expect ?? words('no abnormal indicator', '各项指标无异常'),
});

/** The address of ACVIP in the portal, beside the connections that `clients` keep to it. */
export const acvipAddress = ({ clients, ...facts }: Facts & { readonly clients: string }): PersonCheck => ({
  on: 'person',
  ...facts,
  title: words('Address of ACVIP', 'ACVIP 地址'),
  page: words('sofa-portal.{domain} > ACVIP address', 'sofa-portal.{domain} > ACVIP 地址'),
  expect: words(
    `it is the address that every ${clients} is connected to on port 9003; otherwise change the configured address to the one shown there`,
    `与各 ${clients} 端口 9003 所连接的地址一致；不一致时将配置的地址改为控制台显示的地址`,
  ),
});

/** Custom monitoring in Corewatch: an abnormal alert goes to Ant technical support (POL-ESC-03). */
export const customMonitoring = (facts: Facts & { readonly page: string }): PersonCheck => ({
  on: 'person',
  ...facts,
  title: words('Custom monitoring', '自定义监控'),
  page: words(facts.page, facts.page),
  expect: words(
    'no abnormal alert; otherwise contact Ant technical support',
    '无异常告警；如有，联系蚂蚁技术支持',
  ),
});

/** The state of the containers, as Yunyou shows it. `good` is the word that must be there, `bad` those that must not. */
export const containerState = ({
  good = 'running (运行中)',
  goodZh = '运行中',
  bad = [],
  names,
  ...facts
}: Facts & {
  /** What to search for in the list of containers. */
  readonly names: readonly string[];
  readonly good?: string;
  readonly goodZh?: string;
  readonly bad?: readonly string[];
}): PersonCheck => ({
  on: 'person',
  ...facts,
  title: words('Container state', '容器状态'),
  page: words(`Yunyou (云游) > 容器 > ${names.join(', ')}`, `云游 > 容器 > ${names.join('、')}`),
  expect: words(
    `every container is ${good}${bad.length > 0 ? `, none ${bad.join(', ')}` : ''}`,
    `全部为${goodZh}${bad.length > 0 ? `，没有${bad.join('、')}` : ''}`,
  ),
});
