import { node } from '../apps/phys.ts';
import { withEnded } from '../conditions.ts';
import { carriedBy, type PlannedHost } from '../plan.ts';
import { type ActiveFault, type Fault, hostFault } from './fault.ts';

const onNode = { apps: ['physical-node'], usual: 'physical-node' } as const;

const onContainers =
  (fault: string) =>
  (machine: PlannedHost, all: readonly PlannedHost[]): readonly ActiveFault[] =>
    carriedBy(machine, all).map(({ name }) => ({ fault, on: name }));

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onNode,
    id: 'node-down',
    title: { en: 'A physical machine is down, with the containers on it', zh: '物理机宕机，其上容器不可用' },
    rows: ['PHYS-C01', 'PHYS-C02', 'PHYS-F01'],
    change: (now) => ({ ...now, isOff: true }),
    brings: onContainers('host-off'),
  }),
  hostFault({
    ...onNode,
    id: 'node-restarted',
    title: {
      en: 'A physical machine restarted: kubelet did not come back and the containers exited',
      zh: '物理机异常重启：kubelet 未启动，容器已退出',
    },
    rows: ['PHYS-C03', 'PHYS-C05', 'PHYS-F02'],
    mendedByRestart: true,
    program: 'kubelet',
    change: (now) => withEnded(now, 'kubelet'),
    brings: onContainers('container-exited'),
  }),
  hostFault({
    ...onNode,
    id: 'kubelet-down',
    title: { en: 'kubelet does not run', zh: 'kubelet 未运行' },
    rows: ['PHYS-C03', 'PHYS-F02'],
    mendedByRestart: true,
    program: 'kubelet',
    change: (now) => withEnded(now, 'kubelet'),
  }),
  hostFault({
    ...onNode,
    id: 'docker-down',
    title: { en: 'The Docker daemon does not run', zh: 'Docker 守护进程未运行' },
    rows: ['PHYS-C06'],
    mendedByRestart: true,
    change: (now) => withEnded(now, 'dockerd'),
  }),
  hostFault({
    ...onNode,
    id: 'docker-outdated',
    title: { en: 'Docker is older than 1.11.1-00868fc', zh: 'Docker 版本低于 1.11.1-00868fc' },
    rows: ['PHYS-C06'],
    change: (now) => node.with(now, { dockerVersion: '1.10.3-20b81dd' }),
  }),
  hostFault({
    ...onNode,
    id: 'controller-failures',
    title: {
      en: 'The controller manager reports more than 200 failures',
      zh: 'controllermanager.failure 超过 200',
    },
    rows: ['HAS-M01', 'HAS-L01', 'HAS-A01'],
    change: (now) => node.with(now, { controllerFailures: 360 }),
  }),
];
