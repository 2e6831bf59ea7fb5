import type { HostAnswer, Judgement } from '../check.ts';
import type { Host } from '../estate.ts';

/** Judges hosts for which `groupOf` gives the same together. Where there are several such groups, each is a part by that name. */
export function judgeApart(
  hosts: readonly HostAnswer[],
  groupOf: (host: Host) => string,
  judge: (own: readonly HostAnswer[]) => readonly Judgement[],
): readonly Judgement[] {
  const groups = [...new Set(hosts.map(({ host }) => groupOf(host)))];
  return groups.flatMap((group) => {
    const judged = judge(hosts.filter(({ host }) => groupOf(host) === group));
    return groups.length === 1 ? judged : judged.map((each) => ofGroup(each, group));
  });
}

const ofGroup = (judgement: Judgement, group: string): Judgement => ({
  ...judgement,
  part: judgement.part === undefined ? group : `${group} ${judgement.part}`,
});
