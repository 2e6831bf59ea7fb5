import { captureWhole, say } from '../../kit/index.ts';
import { stepsText, wayBackText } from '../../runs/preview-text.ts';
import { type Plan, type Run, shortId } from '../../runs/run.ts';
import { lookedText } from './looked.ts';
import type { DesiredPost } from './post.ts';
import { escaped } from './text.ts';
import { W } from './words.ts';

export const fileName = ({ id }: Pick<Run, 'id'>): string => `plan-${shortId(id)}.txt`;

/** Everything that a plan looked at, carries out and puts back, word for word, where messages cannot hold it. */
export function statementsFile(run: Pick<Run, 'id' | 'lang'>, plan: Plan): DesiredPost {
  const { lang } = run;
  const back = plan.irreversible ? [] : wayBackText(plan, lang);
  const content = [
    say(plan.title, lang),
    '',
    `== ${say(W.willRun, lang)}`,
    ...stepsText(plan, lang),
    ...(back.length > 0 ? ['', `== ${say(W.putBackExactly, lang)}`, ...back] : []),
    ...(plan.looked.length > 0 ? ['', `== ${say(W.lookedAt, lang)}`, ...lookedText(plan.looked, lang)] : []),
  ].join('\n');
  return {
    key: 'statements',
    text: escaped(say(plan.title, lang), 200),
    blocks: [],
    file: { name: fileName(run), content: `${captureWhole(content)}\n` },
  };
}
