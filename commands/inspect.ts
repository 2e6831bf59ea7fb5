import { defineCommand, findScope, readScope, scopeFields, words } from '../src/kit/index.ts';

export default defineCommand({
  name: 'inspect',
  title: words('Run the documented checks and say what is not well', '执行手册中的检查并指出异常'),
  usage: words('[system | app | host | site] …', '[系统 | 应用 | 主机 | 机房] …'),
  examples: ['mq', 'msgbroker', '消息队列'],

  read(text, estate) {
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
