import { defineInspection, words } from '../../src/kit/index.ts';

/** Only the course notes describe it, without anything to look at; its backend acappcore is a basic product. */
export default defineInspection({
  system: {
    id: 'APPM',
    title: words('Application management', '应用管理'),
    names: ['appm', '应用管理', 'application management'],
  },
  apps: [],
  checks: [],
});
