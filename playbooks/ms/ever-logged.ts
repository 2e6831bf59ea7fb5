import {
  closedLog,
  countOf,
  type HostProbe,
  intoFolder,
  type Judgement,
  noLog,
  pathOf,
  sh,
  type Things,
  words,
} from '../../src/kit/index.ts';

const FOLDER = '/home/admin/logs/drm';

export interface EverLogged {
  /** In the folder that the configuration client of an application keeps. */
  readonly file: string;
  /** Only lines with this text; every line unless set. */
  readonly containing?: string;
  /** What its lines are: `registrations`, `注册记录`. */
  readonly what: Things;
  /** What it means when there is none, and no file was rotated away that could have had it. */
  readonly none: 'unknown' | 'warning';
}

/**
 * Lines of a log that an application writes when it starts, which may be long ago: the newest of the file and of those rotated
 * away that has any. An application that is no client of the configuration service has no such folder, and is in order.
 */
export const everLogged = ({ file, containing = '', what, none }: EverLogged): HostProbe => ({
  on: 'host',
  command: ({ app }) => sh`${intoFolder(pathOf(app, FOLDER), 'no-client')}
found= files=0
for f in $(ls -1t "$d" | grep -F ${file.replace(/\.log$/, '')} | head -n 60); do
  f=$d/$f
  [ -f "$f" ] || continue
  if [ ! -r "$f" ]; then echo "unreadable $f"; exit 0; fi
  [ -n "$found" ] || found=$f
  files=$((files + 1))
  n=$(tail -c 8388608 "$f" | grep -cF -e ${containing})
  if [ "$n" -gt 0 ]; then
    echo "lines $n $f"
    tail -c 8388608 "$f" | grep -F -e ${containing} | tail -n 20 | cut -c 1-600
    exit 0
  fi
done
if [ -n "$found" ]; then echo "none $files $found"; else echo "missing $d/"${file}; fi`,
  judge({ output }) {
    const [first = '', ...last] = output.trim().split('\n');
    const [, kind = '', count = '', path = ''] = /^([a-z-]+)(?: (\d+))?(?: (.*))?$/.exec(first) ?? [];
    return [{ ...said(kind, Number(count), path, what, none), evidence: last.join('\n') }];
  },
});

function said(
  kind: string,
  count: number,
  path: string,
  what: Things,
  none: EverLogged['none'],
): Pick<Judgement, 'state' | 'says' | 'value'> {
  switch (kind) {
    case 'lines':
      return {
        state: 'ok',
        value: count,
        says: words(`${countOf(count, what)} (${path})`, `${what.zh} ${count} 条（${path}）`),
      };
    case 'none':
      return count === 1
        ? { state: none, value: 0, says: words(`no ${what.en} in ${path}`, `${path} 中没有${what.zh}`) }
        : {
            state: 'unknown',
            says: words(
              `no ${what.en} in the newest ${count} files of ${path}; older ones may have been removed`,
              `${path} 最近 ${count} 个文件中没有${what.zh}，更早的日志可能已清理`,
            ),
          };
    case 'no-client':
      return {
        state: 'ok',
        says: words('the application is no client of the configuration service', '应用未接入动态配置'),
      };
    case 'missing':
      return { state: 'unknown', says: noLog(path) };
    case 'unreadable':
      return { state: 'unknown', says: closedLog(path) };
    default:
      return { state: 'unknown', says: words('the answer could not be understood', '无法识别返回内容') };
  }
}
