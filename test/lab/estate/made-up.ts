import type { PracticeApp } from '../../../lab/estate/apps/app.ts';
import { STAMPS } from '../../../lab/estate/log.ts';
import { moments } from '../../../lab/estate/log-lines.ts';
import { json, NOT_FOUND, page } from '../../../lab/estate/service.ts';
import { appState } from '../../../lab/estate/app-state.ts';
import { controlScript } from '../../../lab/estate/units.ts';

/** A system that no manual knows, with one of everything that an app can declare. */
export const ledgerTraits = appState<{ readonly open: boolean; readonly perMinute: number }>({
  open: true,
  perMinute: 60,
});

const every = (seconds: number, text: string) => (from: number, to: number) =>
  moments(from, to, seconds * 1000, text).map((at) => ({ at, text }));

export const ledger: PracticeApp = {
  id: 'ledger',
  system: 'LEDGER',
  title: { en: 'Ledger', zh: '账务' },
  hostName: 'ledger',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'ledger',
      command: 'java -Dapp.name=ledger -jar /home/admin/ledger.jar',
      ports: {
        80: ({ method, path, body, query }, { host, estate }) =>
          path === '/echo'
            ? json(201, { method, body, q: query.get('q'), host: host.plan.name })
            : path === '/addresses'
              ? json(
                  200,
                  estate.hostsOf('hub').flatMap((hub) => (hub.serves(8000) ? [hub.plan.address] : [])),
                )
              : page(host.conditions.page === 'opens' ? 200 : 500, '账务', path),
        8080: 'readiness',
        9001: 'open',
        8341: async ({ method, path }, { host, sideEffects }) => {
          if (method !== 'PUT' || path !== '/close') return NOT_FOUND;
          await sideEffects.do({
            name: 'ledger closed',
            on: [host.plan.name],
            change: (now) => ledgerTraits.with(now, { open: false }),
          });
          return json(200, { closed: true });
        },
      },
      peers: [
        { app: 'hub', port: 8000, connections: 1, each: true },
        { server: 'ledgerdb', port: 2884, connections: 2 },
      ],
      clients: [{ port: 9001, count: 12 }],
      logs: [
        {
          path: '/home/admin/logs/ledger/dot.log',
          stamp: STAMPS.dot,
          historyMinutes: 2,
          lines: (from, to, { conditions }) =>
            every(60 / ledgerTraits.of(conditions).perMinute, ',booked')(from, to),
        },
        {
          path: '/home/admin/logs/ledger/inside.log',
          stamp: STAMPS.none,
          historyMinutes: 2,
          lines: (from, to, { local, index }) =>
            moments(from, to, 10_000, 'inside').map((at) => {
              const { date, time, millis } = local(at);
              return { at, text: `- ledger${index}#${date},${time}.${millis}#true` };
            }),
        },
        {
          path: '/home/admin/logs/ledger/rotated.log',
          historyMinutes: 2,
          rotated: { suffix: '.1', minutes: 3 },
          lines: every(10, ' INFO rotated'),
        },
        {
          path: '/home/admin/logs/ledger/daily.log',
          historyMinutes: 2,
          rotated: { suffix: '.{YYYY-MM-DD}', minutes: 3 },
          lines: every(10, ' INFO daily'),
        },
        { path: '/home/admin/logs/metric/{YYYYMMDD}.log', historyMinutes: 2, lines: every(10, ' metric 1') },
        {
          path: '/home/admin/logs/ledger/startup.log',
          started: (at, { conditions }) => [
            {
              at,
              text: ledgerTraits.of(conditions).open ? ' Ledger is listening on 9001' : ' Ledger is closed',
            },
          ],
        },
      ],
      executables: {
        '/home/admin/bin/ledgerctl': (args, { host }) => ({
          out: `${args.join('|')} ${ledgerTraits.of(host.conditions).open ? 'open' : 'closed'}\n`,
          err: 'careful\n',
          code: 7,
        }),
        '/usr/bin/where': '#!/bin/sh\necho "on $(hostname)"\n',
      },
    },
  ],
  mainPort: 9001,
  components: ['db', 'diskSpace'],
  balancer: 'ledger-lb',
  consoles: [
    { name: 'sofa-ledger', port: 80 },
    { name: 'shared', port: 80, below: '/ledger', key: 'LEDGER_SHARED' },
  ],
  databases: [
    {
      name: 'ledgerdb',
      statements: [
        'create table account (id int not null primary key, name varchar(32) not null)',
        'create table booking_lock (id int not null primary key)',
        "insert into account values (1, '现金')",
      ],
      changeable: ['booking_lock'],
    },
  ],
};

export const hub: PracticeApp = {
  id: 'hub',
  system: 'LEDGER',
  title: { en: 'Hub', zh: '中枢' },
  hostName: 'hub',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'hub',
      command: 'java -Dapp.name=hub -jar /home/admin/hub.jar',
      ports: { 80: 'web-page', 8000: 'open' },
    },
  ],
  mainPort: 8000,
  consoles: [{ name: 'shared', port: 80, key: 'HUB' }],
};

/** An agent: runs beside the ledger. */
export const courier: PracticeApp = {
  id: 'courier',
  system: 'LEDGER',
  title: { en: 'Courier', zh: '信使' },
  hostName: 'courier',
  hosts: 0,
  cores: 1,
  memoryGb: 1,
  beside: ['ledger'],
  programs: [
    {
      id: 'courier',
      command: '/home/courier/bin/courierd --foreground',
      processName: 'courierd',
      user: 'root',
      peers: [{ app: 'hub', port: 8000, connections: 1 }],
      logs: [
        {
          path: '/home/courier/log/courier_core.log',
          historyMinutes: 2,
          lines: every(10, ' INFO heartbeat'),
        },
      ],
      executables: { '/etc/init.d/courierd': controlScript('courier', 'courierd') },
    },
  ],
};
