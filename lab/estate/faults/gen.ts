import { type Conditions, withLostPeers } from '../conditions.ts';
import { client, type ClientTraits } from '../microservice/client.ts';
import { PUSH_PORT } from '../microservice/drm.ts';
import { TASK_PORT } from '../microservice/scheduler.ts';
import { type Fault, hostFault } from './fault.ts';

const onBusinessHost = { apps: ['business-host'], usual: 'business-host' } as const;

const becomes =
  (part: Partial<ClientTraits>) =>
  (now: Conditions): Conditions =>
    client.with(now, part);

export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onBusinessHost,
    id: 'client-refused-by-scheduler',
    title: { en: 'The application fails to register at the scheduler', zh: '应用注册定时任务服务端失败' },
    rows: ['MS-L21', 'MS-F05'],
    change: (now) => client.with(withLostPeers(now, [TASK_PORT]), { isRefusedByScheduler: true }),
  }),
  hostFault({
    ...onBusinessHost,
    id: 'client-finds-no-drm',
    title: {
      en: 'The application gets no address of the configuration service',
      zh: '应用未获取到动态配置服务地址',
    },
    rows: ['MS-L26', 'MS-F08'],
    change: (now) => client.with(withLostPeers(now, [PUSH_PORT]), { findsNoDrm: true }),
  }),
  hostFault({
    ...onBusinessHost,
    id: 'client-unregistered-at-drm',
    title: { en: 'The application has registered no configuration', zh: '应用的动态配置未注册成功' },
    rows: ['MS-C18', 'MS-C22', 'MS-L24', 'MS-L25', 'MS-F07'],
    mendedByRestart: true,
    change: becomes({ isRegisteredAtDrm: false }),
  }),
  hostFault({
    ...onBusinessHost,
    id: 'messages-redelivered',
    title: { en: 'Messages of tasks are delivered again', zh: '定时任务消息反复重试' },
    rows: ['MS-C21', 'MS-L23', 'MS-F04'],
    change: becomes({ redelivered: 0.5 }),
  }),
];
