import { defineInspection, words } from '../../src/kit/index.ts';

/** Of the app, and of the system too: an inventory calls its business apps by names of their own. */
const NAMES = [
  'business-host',
  'business host',
  'business hosts',
  '业务服务器',
  '业务主机',
  '业务机器',
  '发布的机器',
  '用户的机器',
  '应用服务器',
];

/** The bank's own application servers. The manuals look at them from the systems whose clients they are, so every check of one is there. */
export default defineInspection({
  system: {
    id: 'GEN',
    title: words('Business hosts', '业务服务器'),
    names: ['gen', '通用', ...NAMES],
  },
  apps: [{ id: 'business-host', title: words('Business host', '业务服务器'), names: NAMES }],
  checks: [],
});
