import type { PersonCheck } from '../check.ts';
import { type Words, words } from '../words.ts';

type Facts = Pick<PersonCheck, 'id' | 'apps' | 'rows' | 'clause'>;

/** A page that only a person can see. `expect` is what must be seen there. */
export const lookAt = (
  facts: Facts & Pick<PersonCheck, 'title' | 'page' | 'expect'> & { readonly changes?: true },
): PersonCheck => ({ on: 'person', ...facts });

/** Business monitoring pages: no indicator may be abnormal. */
export const monitoringPage = (
  facts: Facts & { readonly title?: Words; readonly page: string; readonly expect?: Words },
): PersonCheck => ({
  on: 'person',
  id: facts.id,
  apps: facts.apps,
  rows: facts.rows,
  clause: facts.clause,
  title: facts.title ?? words('Business monitoring', '业务实时监控'),
  page: words(facts.page, facts.page),
  expect: facts.expect ?? words('no abnormal indicator', '各项指标无异常'),
});

/** Custom monitoring in Corewatch: an abnormal alert goes to Ant technical support (POL-ESC-03). */
export const customMonitoring = (facts: Facts & { readonly page: string }): PersonCheck => ({
  on: 'person',
  ...facts,
  title: words('Custom monitoring', '自定义监控'),
  page: words(facts.page, facts.page),
  expect: words(
    'no abnormal alert; otherwise contact Ant technical support',
    '无异常告警；如有异常，联系蚂蚁技术支持',
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
  readonly names: string;
  readonly good?: string;
  readonly goodZh?: string;
  readonly bad?: readonly string[];
}): PersonCheck => ({
  on: 'person',
  ...facts,
  title: words('Container state', '容器状态'),
  page: words(`Yunyou (云游) > 容器 > ${names}`, `云游 > 容器 > ${names}`),
  expect: words(
    `every container is ${good}${bad.length > 0 ? `, none ${bad.join(', ')}` : ''}`,
    `全部为${goodZh}${bad.length > 0 ? `，没有${bad.join('、')}` : ''}`,
  ),
});
