import { defineInspection, words } from '../../src/kit/index.ts';
import { businessHosts } from './business-hosts.ts';
import { consolePages } from './console-pages.ts';
import { consoles } from './consoles.ts';
import { drmLogs } from './drm-logs.ts';
import { drmdata } from './drmdata.ts';
import { schedulerLogs } from './scheduler-logs.ts';
import { scheduler } from './scheduler.ts';

export default defineInspection({
  system: {
    id: 'MS',
    title: words('Microservice platform', '微服务平台'),
    names: ['ms', '微服务', '微服务平台', 'microservice', 'microservice platform', 'sofa-ms', 'sofams'],
  },
  apps: [
    {
      id: 'dsrconsole',
      title: words('Microservice console', '微服务控制台'),
      names: ['dsrconsole', 'ms-dsrconsole', 'msdsrconsole', '微服务控制台'],
    },
    {
      id: 'antscheduler',
      title: words('Scheduled tasks', '定时任务'),
      names: ['antscheduler', 'ms-antscheduler', 'msantscheduler', 'scheduler', '定时任务'],
    },
    {
      id: 'antschedulerconsole',
      title: words('Scheduled tasks console', '定时任务控制台'),
      names: ['antschedulerconsole', 'ms-antschedulerconsole', 'msantschedulerconsole', '定时任务控制台'],
    },
    {
      id: 'drmdata',
      title: words('Dynamic configuration', '动态配置'),
      names: ['drmdata', 'ms-drmdata', 'msdrmdata', 'drmserver', 'zdrmdata', '动态配置'],
    },
  ],
  checks: [
    ...consoles,
    ...scheduler,
    ...schedulerLogs,
    ...drmdata,
    ...drmLogs,
    ...businessHosts,
    ...consolePages,
  ],
});
