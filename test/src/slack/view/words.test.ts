import { describe, expect, it } from 'vitest';
import * as answers from '../../../../src/slack/view/answer.ts';
import * as schedules from '../../../../src/slack/view/schedule-words.ts';
import * as vocabulary from '../../../../src/slack/view/words.ts';

/** Every sentence of the surface; those with something inserted, with numbers, and with names. */
function sentences(from: unknown): { readonly en: string; readonly zh: string }[] {
  if (typeof from !== 'object' || from === null) return [];
  if ('en' in from && 'zh' in from && typeof from.en === 'string' && typeof from.zh === 'string')
    return [{ en: from.en, zh: from.zh }];
  return Object.values(from).flatMap(sentences);
}

const made = [
  ...[1, 2, 3].flatMap((n) => [
    vocabulary.more(n),
    vocabulary.andMore(n),
    vocabulary.hosts(n),
    vocabulary.checks(n),
    vocabulary.problems(n),
    vocabulary.answered(n, 3),
    vocabulary.stepOf(n, 3),
    vocabulary.okOn(n, n - 1),
    vocabulary.confirmBy(n, 0),
    vocabulary.rowsBack(n),
    vocabulary.lookedTimes(n),
    vocabulary.sameOnHosts(n),
    vocabulary.moreLines(n),
    schedules.inOrder(n),
    schedules.changesSince(n, 'x'),
  ]),
  ...['九点', 'db_1'].flatMap((name) => [
    vocabulary.planInThread(name),
    vocabulary.until(name),
    vocabulary.confirmedBy(name),
    vocabulary.changedSince(name),
    vocabulary.unchangedSince(name),
    vocabulary.comparedFrom(name),
    schedules.pausedBy(name),
    schedules.rightsOf(name),
    schedules.declaredIn(name),
    schedules.removes(name),
    schedules.nothingSince(name),
    schedules.dueAt(name),
    answers.notInvited(name),
    answers.unknownCommand(name),
    answers.wentWrong(name),
  ]),
];

const all = [...[vocabulary, schedules, answers].flatMap((part) => sentences({ ...part })), ...made];

describe('the words of the Slack surface', () => {
  it('are there in both languages', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(({ en, zh }) => en.trim() === '' || zh.trim() === '')).toEqual([]);
    expect(all.filter(({ en }) => /\p{Script=Han}/u.test(en.replace('九点', '')))).toEqual([]);
  });

  it('have full-width punctuation beside Chinese characters', () => {
    const own = [...all.map(({ zh }) => zh), `字${vocabulary.colon('zh')}`, `字${vocabulary.comma('zh')}`];
    own.push(vocabulary.inBrackets('字', 'zh'), vocabulary.listOf(['字', '字'], 'zh'));
    expect(own.filter((zh) => /[,:;()?!.]\s*\p{Script=Han}|\p{Script=Han}\s*[,:;()?!.]/u.test(zh))).toEqual(
      [],
    );
  });
});
