import type { KnownBlock } from '@slack/types';
import { type Lang, say } from '../../kit/index.ts';
import { countLanes, type LaneProgress, lanesOf } from '../../runs/lanes.ts';
import type { Plan, Run } from '../../runs/run.ts';
import { monospace, paragraphs } from './blocks.ts';
import { byNumber } from './lists.ts';
import { escaped, trimmed } from './text.ts';
import { timeOfDay } from './time.ts';
import { colon, LANE, lanesDone, more, since, W } from './words.ts';

/** Targets that are named; of the others it is said how many there are. */
const NAMED = 12;
/** Targets that failed, of which it is shown what came back. */
const WITH_EVIDENCE = 3;
const SEEN = 800;

const WORST_FIRST: readonly LaneProgress['state'][] = ['unknown', 'failed', 'waits', 'under-way', 'stopped'];
const COUNTED: readonly LaneProgress['state'][] = [...WORST_FIRST, 'not-begun'];

/** How far a change of many targets is: the counts, then a line for each target that is under way or went wrong. */
export function laneBlocks(plan: Plan, run: Run): KnownBlock[] {
  const { lang } = run;
  if (run.steps.length === 0) return [];
  const lanes = lanesOf(plan, run);
  const open = WORST_FIRST.flatMap((state) =>
    lanes.filter((lane) => lane.state === state).sort((a, b) => byNumber(a.target, b.target)),
  );
  const left = open.length - NAMED;
  return [
    ...paragraphs([
      countsLine(lanes, lang),
      ...open.slice(0, NAMED).map((lane) => laneLine(lane, lang)),
      ...(left > 0 ? [say(more(left), lang)] : []),
    ]),
    ...open
      .filter(({ state }) => state === 'failed' || state === 'unknown')
      .slice(0, WITH_EVIDENCE)
      .flatMap(({ target, step }) => {
        const seen = trimmed(step?.evidence ?? '').slice(0, SEEN);
        return seen === '' ? [] : [monospace(`# ${target}\n${seen}`)];
      }),
  ];
}

/** `12 of 200 targets done · 1 failed · 5 under way · 182 not begun` */
function countsLine(lanes: readonly LaneProgress[], lang: Lang): string {
  const counts = countLanes(lanes);
  const others = COUNTED.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count > 0 ? [`${count} ${say(LANE[state], lang)}`] : [];
  });
  return `*${[say(lanesDone(counts.get('done') ?? 0, lanes.length), lang), ...others].join(' · ')}*`;
}

/** `• mq-7 · 2/3 Restart the agent — under way since 14:03:05` */
function laneLine({ target, state, at, of, step }: LaneProgress, lang: Lang): string {
  const doing = step ? ` ${escaped(say(step.title, lang), 120)}` : '';
  const says =
    step?.says && state !== 'under-way' && state !== 'waits'
      ? `${colon(lang)}${escaped(say(step.says, lang), 200)}`
      : '';
  const from = step?.begunAt === undefined ? '' : ` ${say(since(timeOfDay(step.begunAt)), lang)}`;
  return `• ${escaped(target, 80)} · ${say(W.step, lang)} ${at}/${of}${doing} — *${say(LANE[state], lang)}*${from}${says}`;
}
