import { defineInspection, lookAt, words } from '../../src/kit/index.ts';

/** The general flow is printed in the chapter of the registry, with its applications as the example. */
const apps = ['metaserver', 'dataserver', 'sessionserver'] as const;

export default defineInspection({
  system: {
    id: 'YUN',
    title: words('Yunyou platform', '云游'),
    names: ['yun', 'yunyou', '云游', '云游平台'],
  },
  apps: [],
  checks: [
    lookAt({
      id: 'tasks-before-deployment',
      title: words('Tasks before a deployment', '部署前置任务'),
      apps,
      rows: ['YUN-C01'],
      clause: { document: '002', section: '7.3.3' },
      page: words('Yunyou (云游) > solution > deployment page', '云游 > 解决方案 > 部署页面'),
      expect: words(
        'all four are green: 参数配置 (parameters), 镜像配置 (images), 负载均衡配置（多房间） (load balancing), 数据库规划 (databases)',
        '四个前置任务均为绿色：参数配置、镜像配置、负载均衡配置（多房间）、数据库规划',
      ),
    }),
    lookAt({
      id: 'previous-order',
      title: words('Previous release order', '上一发布单'),
      apps,
      rows: ['YUN-C02'],
      clause: { document: '002', section: '7.3.2' },
      page: words('Yunyou (云游) > 发布单', '云游 > 发布单'),
      expect: words(
        'the last order has run to its end; before that no solution is imported',
        '上一发布单已全部执行完成；未完成前不导入新的解决方案',
      ),
    }),
    // The registry's own checks of process, ports and health cite the row; what it says holds for every product.
    lookAt({
      id: 'released-group',
      title: words('Servers of a released group', '已发布分组的服务器'),
      apps,
      rows: ['YUN-C03'],
      clause: { document: '002', section: '7.3.3.4' },
      page: words(
        'Yunyou (云游) > 发布单, after each group and before 确认; /inspect <app> looks at the servers',
        '云游 > 发布单，每个分组发布后、单击“确认”前；可用 /inspect <应用> 检查各服务器',
      ),
      expect: words(
        'on every server of the group the process has started, the ports are open and requests are answered',
        '当前分组的所有服务器：进程已启动，端口已打开，请求正常',
      ),
    }),
    lookAt({
      id: 'database-planning',
      title: words('Database planning', '数据库规划'),
      apps,
      rows: ['YUN-C04'],
      clause: { document: '002', section: '7.3.3.3' },
      page: words(
        'Yunyou (云游) > 资源管理 > 数据库 > 物理实例视角',
        '云游 > 资源管理 > 数据库 > 物理实例视角',
      ),
      expect: words(
        'every schema is named as in the product metadata, and its user has full DDL and DML rights',
        'Schema 名称与产品元数据一致，用户具有完整的 DDL 和 DML 权限',
      ),
    }),
    lookAt({
      id: 'deployed-products',
      title: words('Deployed products', '已部署产品'),
      apps,
      rows: ['YUN-C05'],
      clause: { document: '002', section: '7.3.4' },
      page: words(
        'Yunyou (云游) > home page of the site and product list',
        '云游 > 本地站点主页、产品操作列',
      ),
      expect: words(
        'every deployed product is there, with its applications, servers, load balancers and databases',
        '已部署的产品齐全，其应用、服务器、负载均衡、数据库均与预期一致',
      ),
    }),
  ],
});
