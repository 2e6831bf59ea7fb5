import {
  captureLine,
  type Estate,
  hostNamed,
  type HostReply,
  type ShellCommand,
  type Words,
  words,
} from '../kit/index.ts';
import type { RemoteExec } from '../kit/targets.ts';
import { askBatch } from '../inspecting/ask-batch.ts';
import { whyNot } from '../inspecting/inspect-host.ts';

/** Room for connecting, beside what the command may take. */
const CONNECT_SECONDS = 10;

/** Runs one read-only command on a host as an inspection does: same frames, limits and caps. Never throws for what a host does. */
export async function askHost(
  name: string,
  command: ShellCommand,
  timeoutSeconds: number,
  { estate, exec }: { readonly estate: Estate; readonly exec: RemoteExec },
): Promise<HostReply> {
  const host = hostNamed(estate, name);
  if (!host) return noAnswer(words(`the inventory has no host ${name}`, `资产清单中没有主机 ${name}`));
  const { answers, whole } = await askBatch(
    host,
    [{ command, timeoutSeconds }],
    exec,
    timeoutSeconds + CONNECT_SECONDS,
  );
  const [reply] = answers;
  if (reply?.kind === 'answered')
    return reply.answer.timedOut
      ? noAnswer(
          words(`stopped at its limit of ${timeoutSeconds} s`, `超过 ${timeoutSeconds} 秒时限，已停止`),
          reply.answer.output,
        )
      : { kind: 'answered', answer: reply.answer };
  const output = reply?.kind === 'broken-off' ? reply.output : '';
  if (whole.kind === 'answered')
    return noAnswer(words('the host let Fettle in but ran nothing', '可以登录主机，但命令没有执行'), output);
  const why = whyNot(whole);
  const detail = captureLine(whole.detail);
  return noAnswer(detail === '' ? why : words(`${why.en}: ${detail}`, `${why.zh}：${detail}`), output);
}

const noAnswer = (says: Words, output = ''): HostReply => ({ kind: 'no-answer', says, output });
