import { componentPatrol, consolePage, defineInspection, words } from '../../src/kit/index.ts';

const clause = { document: '001', section: '4' } as const;

export default defineInspection({
  system: {
    id: 'ONEC',
    title: words('Control console', '管控页面'),
    names: ['onec', '管控页面', '管控台', '管控控制台', 'control console', 'oneconsole', 'oneconsle'],
  },
  apps: [
    {
      id: 'apconsole',
      title: words('Console web entry', '管控台前端'),
      names: ['apconsole'],
    },
    {
      id: 'acprodapigw',
      title: words('OpenAPI gateway', 'OpenAPI 网关'),
      names: ['acprodapigw', 'openapi 网关', 'openapi gateway', 'api gateway'],
    },
  ],
  checks: [
    ...componentPatrol({
      clause,
      patrol: 'ONEC-C01',
      resources: { cpu: 'ONEC-M01', memory: 'ONEC-M02', disk: 'ONEC-M03', load1: 'ONEC-M04' },
      ports: [{ app: 'apconsole', ports: [80, 2022, 12200], rows: ['ONEC-C02', 'ONEC-M05'] }],
      health: ['ONEC-C04'],
      services: ['ONEC-C05'],
    }),
    consolePage({ app: 'apconsole', rows: ['ONEC-C03'], clause, key: 'ONEC', host: 'consoleng' }),
  ],
});
