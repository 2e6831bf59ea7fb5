import type { Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';

/** The database cannot be used now: away, too slow, or somebody holds the row. Nothing of the call was kept, unless it was cut at COMMIT: look again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** The driver's or server's code, e.g. ECONNREFUSED; TIMEOUT for our own limit, TOO_MANY_CALLS when more wait than may. */
  readonly code: string;
  readonly says: Words;
  constructor(code: string) {
    super(`the database cannot be used now (${code})`);
    this.code = code;
    this.says = code === 'TOO_MANY_CALLS' ? BUSY : AWAY;
  }
}

const BUSY = words(
  'Fettle has more to do than it can take right now, so this was not recorded. Try again in a minute.',
  'Fettle 当前请求过多，本次操作未记录。请一分钟后重试。',
);
const AWAY = words(
  'Fettle’s database cannot be used right now. Look whether this was recorded before you try again in a minute.',
  'Fettle 的数据库暂时不可用。请一分钟后先确认操作是否已记录，再重试。',
);

/** A row of the store that this version cannot read. Everything else goes on without it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly what: 'run' | 'button' | 'schedule';
  readonly id: string;
  /** A newer version wrote it; otherwise it may be damaged as well. */
  readonly isNewer: boolean;
  readonly says: Words;
  constructor(
    what: Unreadable['what'],
    id: string,
    how: { readonly isNewer: boolean; readonly because: string },
  ) {
    super(`the stored ${what} ${id} cannot be read: ${how.because}`);
    this.what = what;
    this.id = id;
    this.isNewer = how.isNewer;
    this.says = unreadableSays(what, id, how.isNewer);
  }
}

/** The sentence for people about a row that cannot be read. */
export function unreadableSays(what: Unreadable['what'], id: string, isNewer: boolean): Words {
  const short = id.slice(0, 8);
  const name = {
    run: words(`Run ${short}`, `任务 ${short} `),
    button: words('This button', '此按钮'),
    schedule: words('This schedule', '此计划'),
  }[what];
  return isNewer
    ? words(
        `${name.en} was written by a newer version of Fettle; this version leaves it alone. It goes on when the newer version runs.`,
        `${name.zh}由更新版本的 Fettle 写入，当前版本不会处理。新版本运行后将继续。`,
      )
    : words(
        `${name.en} cannot be read by this version of Fettle; nothing is done with it. Ask the people who run Fettle to look at its log.`,
        `当前版本的 Fettle 无法读取${name.zh.trim()}，不会对其进行任何操作。请联系 Fettle 的维护人员查看日志。`,
      );
}

/** The sentence for people about a fault that is nobody's mistake; undefined for a bug. */
export const faultSays = (error: unknown): Words | undefined =>
  error instanceof StoreUnavailable || error instanceof Unreadable ? error.says : undefined;
