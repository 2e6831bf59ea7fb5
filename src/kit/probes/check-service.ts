import type { Judgement } from '../check.ts';
import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { cannotAsk, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';

/**
 * The health page of an app, asked for on its own host. Healthy only when it answers 200 with `passed` true and no false
 * anywhere; a page that does not answer has failed.
 */
export function checkService(port = 9500): HostProbe {
  return {
    on: 'host',
    command: () => sh`
if command -v curl >/dev/null 2>&1; then
  curl -sS -i -m 6 --noproxy '*' http://127.0.0.1:${port}/checkService
elif command -v bash >/dev/null 2>&1; then
  bash -c 'exec 3<>/dev/tcp/127.0.0.1/'${port}' || exit 7
    printf "GET /checkService HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3
    cat <&3'
elif command -v wget >/dev/null 2>&1; then
  wget -q -S -T 6 -O - http://127.0.0.1:${port}/checkService 2>&1
else
  echo 'no client'
  exit 127
fi`,
    judge(answer) {
      if (answer.exitCode === 127) return cannotAsk('curl, bash, wget');
      // A client that was killed has not asked.
      if (answer.exitCode === null || answer.exitCode > 127) return notUnderstood();
      const judged = judgeHealth(answer.output);
      const isCut = answer.truncated && judged.state === 'ok';
      return isCut ? notUnderstood() : [{ ...judged, evidence: answer.output }];
    },
  };
}

function judgeHealth(output: string): Judgement {
  const status = Number(/^ *HTTP\/[\d.]+ (\d{3})/m.exec(output)?.[1] ?? 0);
  if (status === 0) {
    return { state: 'critical', says: words('the health check does not answer', '健康检查无应答') };
  }
  const body = bodyOf(output);
  const failed = failedComponents(body);
  const named = failed.length > 0 ? `: ${failed.slice(0, 8).join(', ')}` : '';
  if (status !== 200) {
    return {
      state: 'critical',
      says: words(`the health check answers ${status}${named}`, `健康检查返回 ${status}${named}`),
    };
  }
  if (/(?<![a-z])false(?![a-z])/i.test(body)) {
    return {
      state: 'critical',
      says: words(`the health check has not passed${named}`, `健康检查未通过${named}`),
    };
  }
  if (body.trim() === '') {
    return { state: 'critical', says: words('the health check answers nothing', '健康检查返回为空') };
  }
  if (!hasPassed(body)) {
    return {
      state: 'unknown',
      says: words('the health check says neither true nor false', '健康检查结果无法识别'),
    };
  }
  return { state: 'ok', says: words('the health check has passed', '健康检查通过') };
}

/** `passed` is true where it comes first: as the first field of the first line, or as a field of the JSON itself. */
function hasPassed(body: string): boolean {
  const parsed = parseJson(body);
  if (typeof parsed === 'object' && parsed !== null)
    return 'passed' in parsed && String(parsed.passed) === 'true';
  const [first = ''] = body.trim().split('\n');
  return /^[^:=]*\bpassed\b["']?\s*[:=]\s*["']?true\b/i.test(first);
}

/** What follows the headers; a client without headers in its output is taken whole, without its status lines. */
function bodyOf(output: string): string {
  const [, afterHeaders] = /^HTTP\/[^]*?\r?\n\r?\n([^]*)$/.exec(output) ?? [];
  return afterHeaders ?? output.replace(/^ +[A-Za-z][\w/.-]*[: ].*$/gm, '');
}

/** Names of what says false: keys and named members of JSON, or the text before it on its line. */
function failedComponents(body: string): readonly string[] {
  const parsed = parseJson(body);
  const names = parsed === undefined ? namesInText(body) : namesInJson(parsed, '');
  const parts = names.filter((name) => !/^(passed|success|healthy|)$/i.test(name));
  return [...new Set(parts)];
}

function namesInText(body: string): readonly string[] {
  return body
    .split('\n')
    .filter((line) => /\bfalse\b/i.test(line))
    .map((line) =>
      line.trim().replace(/[\s,]*\b(passed|success|healthy)?\b["']?\s*[:=]?\s*["']?false\b.*$/i, ''),
    )
    .map((name) => name.replace(/^["'\s[(-]+|["'\s:=\])-]+$/g, '').slice(0, 80));
}

function namesInJson(value: unknown, name: string): readonly string[] {
  if (value === false) return [name];
  if (typeof value !== 'object' || value === null) return [];
  const own = 'name' in value && typeof value.name === 'string' ? value.name : name;
  return Object.entries(value).flatMap(([key, inner]) =>
    namesInJson(inner, /^(passed|success|healthy|\d+)$/i.test(key) ? own : key),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
