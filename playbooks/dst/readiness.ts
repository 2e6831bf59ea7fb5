import {
  askLocalPage,
  cannotAsk,
  type HostProbe,
  type Judgement,
  notUnderstood,
  PAGE_CLIENTS,
  portOf,
  readLocalPage,
  words,
} from '../../src/kit/index.ts';

/** The readiness of a Spring Boot application, asked for on its own host: its status must be UP. Names the parts that are not. */
export const readiness: HostProbe = {
  on: 'host',
  command: ({ app }) => askLocalPage(portOf(app, 8080), '/health/readiness'),
  judge(answer) {
    const page = readLocalPage(answer);
    switch (page.kind) {
      case 'no-client':
        return cannotAsk(PAGE_CLIENTS);
      case 'not-asked':
        return notUnderstood();
      case 'silent':
        return [
          {
            state: 'critical',
            says: words('the readiness check does not answer', '就绪检查无应答'),
            evidence: answer.output,
          },
        ];
      case 'answered':
        return [{ ...judgeReadiness(page.status, page.body), evidence: answer.output }];
      default:
        return page satisfies never;
    }
  },
};

function judgeReadiness(code: number, body: string): Judgement {
  const health = readHealth(body);
  if (!health) {
    return code === 200
      ? { state: 'unknown', says: words('the readiness check gives no status', '就绪检查没有返回 status') }
      : {
          state: 'critical',
          says: words(`the readiness check answers ${code}`, `就绪检查返回 ${code}`),
        };
  }
  const { status, down } = health;
  const parts = down.slice(0, MOST_NAMED).join(', ');
  if (status === 'UP') {
    const but =
      down.length === 0 ? words('', '') : words(`; not UP: ${parts}`, `；以下部分不是 UP：${parts}`);
    return { state: 'ok', says: words(`status UP${but.en}`, `status 为 UP${but.zh}`) };
  }
  const named = down.length === 0 ? words('', '') : words(`: ${parts}`, `：${parts}`);
  return {
    state: 'critical',
    says: words(`status ${status}${named.en}`, `status 为 ${status}${named.zh}`),
  };
}

const MOST_NAMED = 8;

export interface Health {
  readonly status: string;
  /** Parts that are not UP, the innermost of each, with their status where it is not DOWN. */
  readonly down: readonly string[];
}

/** Undefined for what is no JSON, or has no status of the whole. */
export function readHealth(body: string): Health | undefined {
  const parsed = parseJson(body);
  const status = statusOf(parsed);
  return status === undefined ? undefined : { status, down: [...new Set(partsIn(parsed, ''))] };
}

/** Parts are nested, with or without a word like `components` between. UNKNOWN is what a part says that cannot tell. */
function partsIn(value: unknown, name: string): readonly string[] {
  if (!isObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    partsIn(each, /^(components|details)$/.test(key) ? name : key),
  );
  const status = statusOf(value);
  if (inner.length > 0 || name === '' || status === undefined || status === 'UP' || status === 'UNKNOWN')
    return inner;
  return [status === 'DOWN' ? name : `${name} (${status})`];
}

/** Spring Boot writes it as text, or as an object with a code. */
function statusOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { status } = value;
  const text = isObject(status) ? status['code'] : status;
  return typeof text === 'string' ? text.toUpperCase() : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
