import { docker } from '../docker.ts';
import type { LogLine, LogScene } from '../log.ts';
import { moments } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { unitCommands } from '../units.ts';
import type { PracticeApp } from './app.ts';

export interface NodeTraits {
  readonly dockerVersion: string;
  /** What the controller manager counts as failed in a minute. */
  readonly controllerFailures: number;
}

export const node = appState<NodeTraits>({ dockerVersion: '1.11.1-00868fc', controllerFailures: 6 });

export const physicalNode: PracticeApp = {
  id: 'physical-node',
  system: 'PHYS',
  title: { en: 'Physical node', zh: '物理机' },
  hostName: 'physical-node',
  hosts: 3,
  cores: 32,
  memoryGb: 128,
  carries: true,
  programs: [
    {
      id: 'dockerd',
      command: '/usr/bin/dockerd -H unix:///var/run/docker.sock --graph=/home/docker --live-restore=false',
      processName: 'dockerd',
      user: 'root',
      logs: [{ path: '/home/admin/logs/metric/{YYYYMMDD}.log', historyMinutes: 10, lines: failures }],
      executables: {
        '/usr/bin/docker': docker('dockerd', ({ conditions }) => node.of(conditions).dockerVersion),
      },
    },
    {
      id: 'kubelet',
      command: '/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --node-labels=ake/zone=a',
      processName: 'kubelet',
      user: 'root',
      ports: { 10250: 'open' },
      executables: unitCommands({
        kubelet: { program: 'kubelet', description: 'kubelet: The Kubernetes Node Agent' },
        docker: { program: 'dockerd', description: 'Docker Application Container Engine' },
      }),
    },
  ],
  rows: {
    'process-down': ['PHYS-C06'],
    'host-off': ['PHYS-C01', 'PHYS-C02', 'PHYS-F01'],
    'host-unreachable': ['PHYS-C02'],
  },
};

export const APPS: readonly PracticeApp[] = [physicalNode];

/** A line every ten seconds with the failures of these. */
function failures(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, 10_000, `${host} controller`).map((at) => ({
    at,
    text: ` controllermanager.failure ${Math.round(node.of(conditions).controllerFailures / 6)}`,
  }));
}
