import { componentPatrol, defineInspection, lookAt, words } from '../../src/kit/index.ts';

const clause = { document: '001', section: '5' } as const;
const MANAGEMENT = '产品与服务 > 开发运维 > 环境资源管理';

export default defineInspection({
  system: {
    id: 'BASIC',
    title: words('Basic products', '基础产品'),
    names: ['basic', '基础产品', 'basic products'],
  },
  apps: [
    {
      id: 'acprovisioncore',
      title: words('Resource deployment service', '资源部署服务'),
      names: ['acprovisioncore', '资源部署', '资源部署服务'],
    },
    {
      id: 'acmetaservice',
      title: words('Metadata service', '元数据服务'),
      names: ['acmetaservice', '元数据', '元数据服务'],
    },
    {
      id: 'aciaasconnectore',
      title: words('IaaS adapter', 'IaaS 适配层'),
      // One app under four spellings (ERR-RMC-02).
      names: ['aciaasconnectore', 'aciaasconnectorcore', 'aciaasconnector', 'iaasconnector', 'iaas 适配层'],
    },
    {
      id: 'acappcore',
      title: words('Technology stack management', '技术栈管理'),
      names: ['acappcore', '技术栈管理', '技术栈'],
    },
  ],
  checks: [
    ...componentPatrol({
      clause,
      patrol: 'BASIC-C01',
      resources: { cpu: 'BASIC-M01', memory: 'BASIC-M02', disk: 'BASIC-M03', load1: 'BASIC-M04' },
      ports: [
        {
          app: 'acmetaservice',
          id: 'metaservice',
          ports: [2022, 8341, 12200],
          rows: ['BASIC-C02', 'BASIC-M05'],
        },
        {
          app: 'acprovisioncore',
          id: 'provisioncore',
          ports: [2022, 8341, 12200],
          rows: ['BASIC-C03', 'BASIC-M06'],
        },
        {
          app: 'aciaasconnectore',
          id: 'iaasconnector',
          ports: [2022, 8341, 12200],
          rows: ['BASIC-C04', 'BASIC-M07'],
        },
        { app: 'acappcore', id: 'appcore', ports: [2022, 80, 12200], rows: ['BASIC-C05', 'BASIC-M08'] },
      ],
      health: ['BASIC-C08'],
      services: ['BASIC-C09'],
    }),
    lookAt({
      id: 'management-page',
      title: words('Resource management page', '环境资源管理页面'),
      apps: ['apconsole', 'acprovisioncore', 'acmetaservice'],
      rows: ['BASIC-C06'],
      clause,
      page: words(`consoleng.{domain} > ${MANAGEMENT}`, `consoleng.{domain} > ${MANAGEMENT}`),
      expect: words('the page opens without an error', '页面访问正常，无报错'),
    }),
    lookAt({
      id: 'resource-lists',
      title: words('Resource lists', '资源列表'),
      apps: ['acprovisioncore', 'aciaasconnectore'],
      rows: ['BASIC-C07'],
      clause,
      page: words(
        `consoleng.{domain} > ${MANAGEMENT}: every tab on the left, e.g. 计算和网络 > 云服务器 ECS, 负载均衡 SLB; 数据库 > 云数据库 RDS`,
        `consoleng.{domain} > ${MANAGEMENT}：左侧各标签页，如 计算和网络 > 云服务器 ECS、负载均衡 SLB，数据库 > 云数据库 RDS`,
      ),
      expect: words('every kind of resource that was created is listed', '可以看到已创建的各类资源'),
    }),
  ],
});
