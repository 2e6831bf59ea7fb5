import type { JsonObject } from '../json.ts';
import { checkList, checkText, newChecker, report, type Problem } from './checker.ts';
import { checkOptions } from './elements.ts';

/** Everything Slack would refuse in what an app offers for a menu: at most 100 options, or groups of them. */
export function checkOffer(answer: JsonObject): readonly Problem[] {
  const checker = newChecker('modal');
  const grouped = answer['option_groups'] !== undefined;
  if (grouped === (answer['options'] !== undefined)) {
    report(checker, '', 'one_of', 'must provide either options or option_groups');
    return checker.problems;
  }
  if (!grouped) {
    checkOptions(checker, '/options', answer['options'], 0, 100, 'select');
    return checker.problems;
  }
  for (const { pointer, item } of checkList(checker, '/option_groups', answer['option_groups'], 0, 100)) {
    checkText(checker, `${pointer}/label`, item['label'], { max: 75, type: 'plain' });
    checkOptions(checker, `${pointer}/options`, item['options'], 1, 100, 'select');
  }
  return checker.problems;
}
