import {
  afterSchedule,
  defineCommand,
  findScope,
  readSchedule,
  readScope,
  scopeFields,
  words,
} from '../src/kit/index.ts';

export default defineCommand({
  name: 'inspect',
  title: words('Run the documented checks and report problems', '执行手册中的检查并指出异常'),
  usage: words('[system | app | host | site] …', '[系统 | 应用 | 主机 | 机房] …'),
  examples: ['mq', 'msgbroker', '消息队列'],
  uses: [
    {
      title: words('Scheduled inspections, and what is different each time', '定时巡检，并报告每次的变化'),
      verb: 'schedule',
      usage: words(
        'schedule [add | change | pause | resume | run | remove] …',
        '计划 [添加 | 修改 | 暂停 | 恢复 | 执行 | 删除] …',
      ),
      examples: [
        'schedule add daily-patrol "daily 07:30" all',
        'schedule',
        'schedule pause daily-patrol',
        '计划 添加 日常巡检 "每天 07:30" 全部',
      ],
    },
  ],

  read(text, { estate }) {
    const schedule = afterSchedule(text);
    if (schedule !== undefined) {
      const read = readSchedule(schedule, estate);
      return read.ok ? { kind: 'schedule', wish: read.wish } : { kind: 'answer', says: read.says };
    }
    const found = findScope(text, estate);
    if (found.ok) return { kind: 'inspect', scope: found.scope };
    return { kind: 'answer', says: found.says, ...(text.trim() === '' ? { form: true } : {}) };
  },

  form: {
    button: words('Inspect…', '巡检…'),
    title: words('Inspect', '巡检'),
    submit: words('Inspect', '开始巡检'),
    fields: scopeFields,
    read: readScope,
  },
});
