import {
  askPage,
  captureLine,
  harmless,
  type HostReply,
  type PageWanted,
  readLocalPage,
  type Words,
  words,
} from '../kit/index.ts';
import { askHost } from './ask-host.ts';

/** Seconds after which a page is given up; its client gives up before that. */
const PAGE_SECONDS = 10;

/** A page as a host sees it. Answered only when all of it came. */
export type HostPage =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly whole: string }
  | { readonly kind: 'no-answer'; readonly says: Words; readonly output: string };

export async function seePage(
  host: string,
  url: string,
  deps: Parameters<typeof askHost>[3],
): Promise<HostPage> {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return noPage(words(`not a web address: ${captureLine(url)}`, `不是网页地址：${captureLine(url)}`));
  return readPage(await askHost(host, askPage(url), PAGE_SECONDS, deps));
}

/** Exported for tests: everything but a whole answer is none. */
export function readPage(reply: HostReply): HostPage {
  if (reply.kind === 'no-answer') return reply;
  const { answer } = reply;
  const page = readLocalPage(answer);
  switch (page.kind) {
    case 'no-client':
      return noPage(words('the host has no client that could ask', '主机上没有可用的客户端'), answer.output);
    case 'not-asked':
      return noPage(words('the request was broken off', '请求被中断'), answer.output);
    case 'silent':
      return noPage(words('the page does not answer', '页面无应答'), answer.output);
    case 'answered': {
      const isWhole = !answer.truncated && (answer.exitCode === 0 || page.status >= 300);
      if (!isWhole || !/^\s*HTTP\//.test(answer.output))
        return noPage(words('the answer did not come whole', '返回内容不完整'), answer.output);
      return { kind: 'answered', status: page.status, body: page.body, whole: answer.output };
    }
    default:
      return page satisfies never;
  }
}

const noPage = (says: Words, output = ''): HostPage => ({ kind: 'no-answer', says, output });

/** Whether a page is as wanted. A text of nothing but white space cannot be looked for, and is never had nor missed. */
export function judgePage(
  page: HostPage,
  { has, hasNot }: PageWanted,
): { readonly holds: boolean; readonly says: Words } {
  if (page.kind === 'no-answer') return { holds: false, says: page.says };
  const { status, body, whole } = page;
  if (status < 200 || status > 299)
    return { holds: false, says: words(`it answers ${status}`, `返回 ${status}`) };
  for (const text of [has, hasNot])
    if (text !== undefined && squeezed(text) === '')
      return { holds: false, says: words('the text to look for is empty', '要查找的文本为空') };
  if (has !== undefined && !squeezed(body).includes(squeezed(has)))
    return { holds: false, says: words(`it has no “${has}”`, `内容中没有“${has}”`) };
  // The headers as well: where they cannot be told from the page, more is looked through, never less.
  if (hasNot !== undefined && squeezed(whole).includes(squeezed(hasNot)))
    return { holds: false, says: words(`it has “${hasNot}”`, `内容中有“${hasNot}”`) };
  return { holds: true, says: words(`it answers ${status} as wanted`, `返回 ${status}，符合要求`) };
}

const squeezed = (text: string): string => harmless(text).replace(/\s+/g, '');
