import type { CatalogView } from '../command.ts';
import type { Playbook } from '../playbook.ts';
import { brief, foldedName } from '../args/word.ts';
import { type Words, words } from '../words.ts';
import { similarNames } from './near.ts';

/** By its name, its titles or its other names. */
export function playbookNamed(typed: string, { playbooks }: CatalogView): Playbook | undefined {
  const wanted = foldedName(typed);
  const found = [...playbooks.values()].filter((playbook) =>
    namesOf(playbook).some((name) => foldedName(name) === wanted),
  );
  return found.find(({ name }) => foldedName(name) === wanted) ?? (found.length === 1 ? found[0] : undefined);
}

/** Those in which every word is found: in the names, the system or the rows of the manuals. A whole name is that one alone. */
export function playbooksAbout(typed: string, catalog: CatalogView): readonly Playbook[] {
  const exact = playbookNamed(typed, catalog);
  if (exact) return [exact];
  const wanted = typed
    .split(/\s+/u)
    .map(foldedName)
    .filter((word) => word !== '');
  return [...catalog.playbooks.values()].filter((playbook) => {
    const said = [...namesOf(playbook), playbook.system, ...playbook.rows].map(foldedName);
    return wanted.every((word) => said.some((each) => each.includes(word)));
  });
}

/** A name that no playbook has, and those that may be meant. */
export function unknownPlaybook(typed: string, { playbooks }: CatalogView): Words {
  const all = [...playbooks.values()];
  const near = similarNames(brief(typed), all.flatMap(namesOf));
  const meant = [
    ...new Set(near.flatMap((name) => all.find((each) => namesOf(each).includes(name))?.name ?? [])),
  ];
  const en = `Unknown playbook "${brief(typed)}".`;
  const zh = `没有名为“${brief(typed)}”的预案。`;
  return meant.length > 0
    ? words(`${en} Did you mean ${meant.join(' or ')}?`, `${zh}您是否要输入 ${meant.join(' 或 ')}？`)
    : words(`${en} /playbook lists them.`, `${zh}输入 /playbook 查看全部预案。`);
}

const namesOf = ({ name, title, names }: Playbook): readonly string[] => [name, title.en, title.zh, ...names];
