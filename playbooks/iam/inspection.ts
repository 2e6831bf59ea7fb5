import { componentPatrol, defineInspection, lookAt, words } from '../../src/kit/index.ts';

const clause = { document: '001', section: '7' } as const;

export default defineInspection({
  system: {
    id: 'IAM',
    title: words('Identity and access management', '身份-访问管理'),
    names: ['iam', '身份-访问管理', '身份访问管理', '访问管理', 'identity and access management'],
  },
  apps: [
    { id: 'aciamweb', title: words('IAM web front end', 'IAM 前端'), names: ['aciamweb', 'iamweb'] },
    { id: 'aciamcore', title: words('IAM core service', 'IAM 核心服务'), names: ['aciamcore', 'iamcore'] },
  ],
  checks: [
    ...componentPatrol({
      clause,
      patrol: 'IAM-C01',
      resources: { cpu: 'IAM-M01', memory: 'IAM-M02', disk: 'IAM-M03', load1: 'IAM-M04' },
      ports: [
        { app: 'aciamweb', id: 'web', ports: [80, 2022, 12200], rows: ['IAM-C02', 'IAM-M05'] },
        { app: 'aciamcore', id: 'core', ports: [2022, 8341, 12200], rows: ['IAM-C03', 'IAM-M06'] },
      ],
      health: ['IAM-C05'],
      services: ['IAM-C06'],
    }),
    lookAt({
      id: 'account-functions',
      title: words('Account functions', '账号功能'),
      apps: ['aciamweb', 'aciamcore'],
      rows: ['IAM-C04'],
      clause,
      page: words(
        'admin.{domain}: add a test account, grant it a permission and revoke it, log in with it, delete it',
        'admin.{domain}：添加测试账号，赋权并删除权限，用该账号登录，最后删除账号',
      ),
      expect: words(
        'each of them works. This makes a real account with real permissions: only a test account, deleted afterwards',
        '以上操作均正常。会产生真实账号与权限：仅限测试账号，验证后删除',
      ),
      changes: true,
    }),
  ],
});
