import type { Button, KnownBlock } from '@slack/types';
import { describeTiming, type Lang, say } from '../../kit/index.ts';
import type { ScheduleLine, ScheduleList } from '../../desk/port.ts';
import type { Answer } from './answer.ts';
import { actions, LIMITS, section } from './blocks.ts';
import { declaredIn, pausedBy, removes, rightsOf, S, SCHEDULE_BUTTON, STANDING } from './schedule-words.ts';
import { code, escaped, plain } from './text.ts';
import { moment } from './time.ts';
import { colon, inBrackets, more, OUTCOME, W } from './words.ts';

/** The scheduled inspections, each with what this person may press. */
export function schedulesAnswer({ says, lines, more: left, zone }: ScheduleList, lang: Lang): Answer {
  const title = says ? say(says, lang) : say(S.list, lang);
  const blocks: KnownBlock[] = [section(says ? escaped(title, 1000) : `*${title}*`)];
  if (lines.length === 0 && !says) blocks.push(section(escaped(say(S.none, lang), 500)));
  for (const line of lines)
    blocks.push(section(lineText(line, zone, lang)), ...actions(buttonsOf(line, lang)));
  if (left > 0) blocks.push(section(say(more(left), lang)));
  return { text: escaped(title, 1000), blocks: blocks.slice(0, LIMITS.blocks) };
}

function lineText({ schedule, standing, latest }: ScheduleLine, zone: string, lang: Lang): string {
  const { name, cron, scope, channel, owner, declared, nextAt, paused } = schedule;
  const timing = `${escaped(say(describeTiming(cron), lang), 200)}${inBrackets(zone, lang)}`;
  const where = channel.startsWith('D') ? say(S.privately, lang) : `<#${channel}>`;
  const stands = standing === 'in-time' ? '' : ` — *${say(STANDING[standing], lang)}*`;
  const times = [
    ...(nextAt === undefined ? [] : [`${say(S.next, lang)}${colon(lang)}${moment(nextAt)}`]),
    ...(latest ? [`${say(S.last, lang)}${colon(lang)}${moment(latest.at)} — ${came(latest, lang)}`] : []),
  ];
  const from = declared === undefined ? rightsOf(owner.name) : declaredIn(declared);
  return [
    `*${escaped(name, 80)}* · ${timing} · ${code(scope, 200)} · ${where}${stands}`,
    times.join(' · '),
    ...(paused ? [escaped(say(paused.because ?? pausedBy(paused.by.name), lang), 500)] : []),
    escaped(say(from, lang), 300),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** What the newest slot brought. */
function came({ run }: NonNullable<ScheduleLine['latest']>, lang: Lang): string {
  if (!run) return say(S.waits, lang);
  if (run.state !== 'ended') return say(run.state === 'queued' ? W.queued : W.inspecting, lang);
  return escaped(say(run.says ?? OUTCOME[run.outcome ?? 'unknown'], lang), 300);
}

const buttonsOf = ({ schedule, buttons }: ScheduleLine, lang: Lang): Button[] =>
  buttons.map(({ id, action }, index) => ({
    type: 'button',
    action_id: `fettle:${action}:${index}`,
    text: {
      type: 'plain_text',
      text: plain(say(SCHEDULE_BUTTON[action], lang), LIMITS.buttonText),
      emoji: false,
    },
    value: id,
    ...(action === 'remove' ? { confirm: question(schedule.name, lang) } : {}),
  }));

const question = (name: string, lang: Lang): NonNullable<Button['confirm']> => ({
  title: { type: 'plain_text', text: plain(say(S.removeTitle, lang), LIMITS.confirmTitle) },
  text: { type: 'plain_text', text: plain(say(removes(name), lang), LIMITS.confirmText) },
  confirm: { type: 'plain_text', text: plain(say(S.removeYes, lang), LIMITS.confirmButton) },
  deny: { type: 'plain_text', text: plain(say(S.removeNo, lang), LIMITS.confirmButton) },
  style: 'danger',
});
