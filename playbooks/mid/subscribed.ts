import { firstOf, type Judgement, type ResolvedLimit, words } from '../../src/kit/index.ts';
import { type AddressList, whyNot } from './address-list.ts';

/** How many machines OSP knows of a service. `isHere`: the inventory has apps of it. */
export function judgeSubscribed(
  service: string,
  list: AddressList,
  limit: ResolvedLimit,
  isHere: boolean,
): Judgement {
  if (list.kind !== 'listed') {
    const { en, zh } = whyNot(list);
    const isDown = list.kind === 'silent' || list.kind === 'refused';
    const says = words(`${service}: ${en}`, `${service}：${zh}`);
    return { part: service, state: isDown ? 'critical' : 'unknown', says };
  }
  const { row, value: least, state = 'warning' } = limit;
  const count = list.addresses.length;
  const facts = { part: service, value: count, evidence: list.addresses.join('\n') };
  const held = { ...facts, limit: { row, value: least, breach: 'below' } } as const;
  const shown = firstOf(list.addresses);
  if (count === 0 && !isHere) {
    const says = words(
      `OSP has no address of ${service}, and the inventory no app of it`,
      `OSP 上没有 ${service} 的地址，资产清单中也没有该产品的应用`,
    );
    return { ...facts, state: 'ok', says };
  }
  if (count === 0) {
    const says = words(`OSP has no address of ${service}`, `OSP 上没有 ${service} 的地址`);
    return { ...held, state: 'critical', says };
  }
  const addresses = count === 1 ? 'address' : 'addresses';
  if (count < least) {
    const says = words(
      `${count} ${addresses} of ${service}, fewer than ${least} (${row}), a single point: ${shown.en}`,
      `${service} 仅有 ${count} 个地址，少于 ${least} 个（${row}），存在单点问题：${shown.zh}`,
    );
    return { ...held, state, says };
  }
  const says = words(
    `${count} ${addresses} of ${service}: ${shown.en}`,
    `${service} 有 ${count} 个地址：${shown.zh}`,
  );
  return { ...held, state: 'ok', says };
}
