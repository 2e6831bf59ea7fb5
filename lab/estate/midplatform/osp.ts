import type { PracticeApp } from '../apps/app.ts';
import { type HttpService, json, NOT_FOUND, page, type SeenHost, type Served } from '../service.ts';
import { appState } from '../app-state.ts';

export interface OspTraits {
  /** Services whose addresses it has not got from the registry. */
  readonly unsubscribed: readonly string[];
}

export const osp = appState<OspTraits>({ unsubscribed: [] });

export interface PortalTraits {
  readonly reportsItself: boolean;
  /** Requests a minute that it cannot pass on. */
  readonly forwardErrorsPerMinute: number;
}

export const portal = appState<PortalTraits>({ reportsItself: true, forwardErrorsPerMinute: 0 });

/** The app that answers for a service, and the port that OSP passes requests on to. */
const SERVICES: Readonly<Record<string, { readonly app: string; readonly port: number }>> = {
  ms: { app: 'dsrconsole', port: 8341 },
  mq: { app: 'msgconsole', port: 80 },
  dds: { app: 'ddsconsole', port: 8341 },
  osp: { app: 'osp', port: 8341 },
  portal: { app: 'portal', port: 80 },
};

/** The administrators' page, and the API that tells which addresses OSP has of a service. */
export const serveOsp: HttpService = ({ path }, served) => {
  const [, service] = /^\/api\/admin\/services\/(\w+)\/addresses$/.exec(path) ?? [];
  if (service !== undefined) {
    const addresses = addressesOf(service, served);
    return addresses ? json(200, { success: true, data: addresses }) : NOT_FOUND;
  }
  if (path !== '/' && path !== '/admin/index.html') return NOT_FOUND;
  return served.host.conditions.page === 'opens'
    ? page(200, 'OSP 管理后台', '<p>OSP admin</p>')
    : page(500, 'OSP 管理后台', '<p>Internal Server Error</p>');
};

function addressesOf(service: string, { host, estate }: Served): readonly string[] | undefined {
  const found = SERVICES[service];
  if (!found) return undefined;
  if (osp.of(host.conditions).unsubscribed.includes(service)) return [];
  return estate
    .hostsOf(found.app)
    .filter((each) => each.serves(found.port) && isReported(each))
    .map(({ plan }) => `${plan.address}:${found.port}`);
}

const isReported = ({ plan, conditions }: SeenHost): boolean =>
  !isPortal(plan.app) || portal.of(conditions).reportsItself;

const isPortal = ({ id }: PracticeApp): boolean => id === 'portal';
