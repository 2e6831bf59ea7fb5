import { firstOf, type HostAnswer, type Judgement, type Words, words } from '../../src/kit/index.ts';
import { type AddressList, IPV4, whyNot } from './address-list.ts';

/** What one OSP knows: the list under the portal's own name, and the one under the name that the manual prints. */
export interface Osp {
  readonly name: string;
  readonly byName: AddressList;
  readonly printed: AddressList;
}

/** Every portal must be known to every OSP that shows its lists, by one of its own addresses. */
export function judgeReported(portals: readonly HostAnswer[], osps: readonly Osp[]): Judgement {
  const [nobody] = [...(portals.length === 0 ? ['portal'] : []), ...(osps.length === 0 ? ['osp'] : [])];
  if (nobody !== undefined)
    return unknown(words(`the inventory has no host of ${nobody}`, `资产清单中没有 ${nobody} 的主机`));
  const lists = osps.flatMap(({ byName, printed }) => {
    const listed = [byName, printed].flatMap((list) => (list.kind === 'listed' ? [list.addresses] : []));
    return listed.length === 0 ? [] : [{ addresses: listed.flat(), isOfPortals: byName.kind === 'listed' }];
  });
  if (lists.length === 0) return unknown(whyNone(osps));
  const seen = portals.map((portal) => {
    const printed = addressesIn(portal.answer?.output ?? '');
    const own = [...new Set([...printed, portal.host.address])];
    const isKnown = lists.every(({ addresses }) => addresses.some((each) => own.includes(each)));
    return { name: portal.host.name, own, isKnown, answered: printed.length > 0 };
  });
  const evidence = [
    ...seen.map(({ name, own }) => `${name}: ${own.join(' ')}`),
    ...lists.map(({ addresses }) => `OSP: ${addresses.join(' ')}`),
  ].join('\n');
  const missing = seen.filter(({ isKnown, answered }) => !isKnown && answered);
  const strangers = lists.flatMap(({ addresses }) => addresses);
  if (missing.length === portals.length && strangers.length > 0 && !lists.some((each) => each.isOfPortals)) {
    const listed = firstOf(strangers);
    const says = words(
      `OSP lists ${listed.en}, none of them a portal; it may know the portals under another name`,
      `OSP 返回的地址 ${listed.zh} 均不是门户，门户可能以其他服务名上报`,
    );
    return { ...unknown(says), evidence };
  }
  if (missing.length > 0) {
    const named = firstOf(missing.map(({ name }) => name));
    const says = words(
      `OSP does not know ${named.en}; the logs node-stdout.log and node-stderr.log there may say why`,
      `${named.zh} 未向 OSP 上报 IP，请查看其 node-stdout.log、node-stderr.log`,
    );
    return { state: 'critical', value: seen.length - missing.length, says, evidence };
  }
  const silent = seen.filter(({ isKnown }) => !isKnown).map(({ name }) => name);
  if (silent.length > 0) {
    const named = firstOf(silent);
    return {
      ...unknown(words(`the addresses of ${named.en} are not known`, `无法获取 ${named.zh} 的 IP 地址`)),
      evidence,
    };
  }
  const says = words(`OSP knows every portal (${seen.length})`, `${seen.length} 台门户均已向 OSP 上报 IP`);
  return { state: 'ok', value: seen.length, says, evidence };
}

const addressesIn = (text: string): readonly string[] =>
  [...new Set(text.match(IPV4) ?? [])].filter((address) => !address.startsWith('127.'));

/** Each OSP with what it said instead of a list. */
function whyNone(osps: readonly Osp[]): Words {
  const reasons = osps.flatMap(({ name, byName, printed }) =>
    [byName, printed]
      .flatMap((list) => (list.kind === 'listed' ? [] : [{ name, ...whyNot(list) }]))
      .slice(0, 1),
  );
  return words(
    firstOf(reasons.map(({ name, en }) => `${name}: ${en}`)).en,
    firstOf(reasons.map(({ name, zh }) => `${name}：${zh}`)).zh,
  );
}

const unknown = (says: Words): Judgement => ({ state: 'unknown', says });
