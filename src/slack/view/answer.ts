import type { ActionsBlock, KnownBlock } from '@slack/types';
import { langOf, say, words, type Lang, type Words } from '../../kit/index.ts';
import type { Help, Joined } from '../../desk/port.ts';
import { actions, LIMITS, paragraphs } from './blocks.ts';
import { opensAction } from './form.ts';
import { code, escaped, plain } from './text.ts';
import { colon, listOf, RISK, W } from './words.ts';

/** What a person is told privately. */
export interface Answer {
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** Takes the place of the message whose button was pressed. */
  readonly replaces?: boolean;
}

export interface Instead {
  readonly title: Words;
  readonly command: string;
}

export function answer(says: Words, lang: Lang, instead: readonly Instead[] = []): Answer {
  const text = escaped(say(says, lang), 2500);
  const lines = instead
    .slice(0, 10)
    .map(({ title, command }) => `• ${escaped(say(title, lang), 200)}${colon(lang)}${code(command, 200)}`);
  return { text, blocks: paragraphs([text, ...lines]) };
}

/** What can be typed, and the forms that ask for it. */
export const helpAnswer = (help: Help, lang: Lang): Answer => ({
  text: say(W.whatToType, lang),
  blocks: [...helpBlocks(help, lang), ...openers(help, lang)],
});

/** A button for each command that has a form. */
export const openers = ({ commands }: Help, lang: Lang): ActionsBlock[] =>
  actions(
    commands.flatMap(({ name, button }) =>
      button
        ? [
            {
              type: 'button',
              action_id: opensAction(name),
              text: { type: 'plain_text', text: plain(say(button, lang), LIMITS.buttonText), emoji: false },
            },
          ]
        : [],
    ),
  );

/** Commands, scopes and fixes, as the catalog has them. */
export function helpBlocks(help: Help, lang: Lang): KnownBlock[] {
  const lines = [
    `*${say(W.whatToType, lang)}*`,
    ...help.commands.flatMap((command) => [
      commandLine(command, lang),
      ...(command.uses ?? []).map((use) => commandLine({ ...use, name: command.name }, lang)),
    ]),
  ];
  if (help.scopes.length > 0)
    lines.push(
      `*${say(W.scopes, lang)}*`,
      listOf(
        help.scopes
          .slice(0, 60)
          .map(({ name, title }) => `${code(name, 40)} ${escaped(say(title, lang), 40)}`),
        lang,
      ).slice(0, 2900),
    );
  if (help.fixes.length > 0)
    lines.push(
      `*${say(W.fixes, lang)}*`,
      ...help.fixes.map(
        ({ title, risk, clause }) =>
          `• ${escaped(say(title, lang), 200)} · ${say(RISK[risk], lang)} [${escaped(clause, 80)}]`,
      ),
    );
  return paragraphs(lines).slice(0, 40);
}

function commandLine({ name, usage, title, examples }: Help['commands'][number], lang: Lang): string {
  const own = examples.find((example) => langOf(example, 'en') === lang) ?? examples[0];
  const sample = own === undefined ? '' : `  ${code(own, 100)}`;
  return `• ${code(`/${name} ${say(usage, lang)}`, 150)} — ${escaped(say(title, lang), 200)}${sample}`;
}

export const notInvited = (bot: string): Words =>
  words(
    `Fettle is not in this channel, so it could not show the result. Invite it with /invite @${bot} and ask again.`,
    `Fettle 不在此频道中，无法显示结果。请先输入 /invite @${bot} 邀请，然后重新发起。`,
  );

export const stranger = words(
  'Fettle only answers members of the workspaces it is set up for. Nothing was done.',
  'Fettle 只响应已配置工作区的成员。未做任何操作。',
);

export const unknownStanding = words(
  'Slack did not say just now who you are. Nothing was done; try again in a moment.',
  'Slack 暂时未能确认您的身份。未做任何操作，请稍后重试。',
);

export const tooFast = words(
  'That is more than Fettle takes from one person at once. Nothing was done with this; try again in a minute.',
  '您的请求过于频繁，本次未处理。请一分钟后重试。',
);

export const sharedChannel = words(
  'This channel is shared with another organisation, so evidence is not posted here. Ask for it in a channel of your own organisation.',
  '此频道与其他组织共享，因此不在此处发布证据。请在本组织的频道中查看。',
);

export const notShownHere = words(
  'This channel is shared with another organisation, so nothing is done or shown here. Ask in a channel of your own organisation. If results may be seen in this channel, the owner of policy.yaml can add it under "sharedChannels".',
  '此频道与其他组织共享，因此不在此处执行或显示任何内容。请在本组织的频道中发起。若允许在此频道显示结果，请联系 policy.yaml 的维护人将其加入“sharedChannels”。',
);

export const notSaidWhetherShown = words(
  'Slack did not say whether this channel is shared with another organisation, so nothing was shown. Try again in a moment.',
  'Slack 未告知此频道是否与其他组织共享，因此未显示任何内容。请稍后重试。',
);

export const notSaidWhetherShared = words(
  'Slack did not say whether this channel is shared with another organisation, so the evidence was not posted. Try again in a moment.',
  'Slack 未告知此频道是否与其他组织共享，因此未发布证据。请稍后重试。',
);

/** Where the inspection is that was asked for again; `link` is Slack's own address of its message. */
export function joinedAnswer({ by, place }: Joined, link: string | undefined, lang: Lang): Answer {
  const name = escaped(by.name, 60);
  const where = link === undefined ? `<#${place.channel}>` : `<${link}|${say(W.thatMessage, lang)}>`;
  const text = say(
    words(
      `${name} has asked for the same, and it is under way: ${where}.`,
      `${name} 已发起相同的巡检，正在进行中：${where}。`,
    ),
    lang,
  );
  return { text, blocks: paragraphs([text]) };
}

export const unknownCommand = (command: string): Words =>
  words(
    `${command} is not known here. Type @ and the name of the bot with help to see what is.`,
    `无法识别 ${command}。请 @机器人 并输入 help 查看可用命令。`,
  );

export const stalePress = words(
  'This button no longer works here. Ask again to get fresh ones.',
  '该按钮已失效。请重新发起以获得新的按钮。',
);

export const notOpened = words(
  'Slack did not open the form in time. Press the button once more.',
  'Slack 未能及时打开表单，请再次点击按钮。',
);

export const wentWrong = (reference: string): Words =>
  words(
    `Something went wrong inside Fettle and this was not taken on. Try again; if it stays so, tell the people who run Fettle the reference ${reference}.`,
    `Fettle 内部出错，本次请求未被受理。请重试；如仍失败，请将编号 ${reference} 告知 Fettle 的维护人员。`,
  );
