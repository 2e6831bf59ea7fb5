import { type LocalPage, parseJson, type Words, words } from '../../src/kit/index.ts';

/** What OSP said when asked for the addresses of a service. */
export type AddressList =
  | { readonly kind: 'listed'; readonly addresses: readonly string[] }
  /** Nobody may see the list without an account. */
  | { readonly kind: 'login' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'silent' | 'not-asked' | 'not-understood' };

/** Reads the page of a service. How OSP writes the list is not documented: machines are told by their IPv4 addresses, each once. */
export function readAddresses(page: LocalPage): AddressList {
  switch (page.kind) {
    case 'silent':
      return { kind: 'silent' };
    case 'no-client':
    case 'not-asked':
      return { kind: 'not-asked' };
    case 'answered':
      return readBody(page.status, page.body);
    default:
      return page satisfies never;
  }
}

function readBody(status: number, body: string): AddressList {
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return { kind: 'login' };
  if (status !== 200) return { kind: 'refused', status };
  const isPage = body.trimStart().startsWith('<');
  const addresses = isPage ? [] : [...new Set(body.match(IPV4) ?? [])];
  if (addresses.length > 0) return { kind: 'listed', addresses };
  if (isEmpty(body)) return { kind: 'listed', addresses: [] };
  return { kind: isPage || LOGIN.test(body) ? 'login' : 'not-understood' };
}

export const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const LOGIN = /log-?in|unauthori[sz]ed|登录|未授权/i;

/** Nothing at all, or JSON whose lists are empty all of them. */
function isEmpty(body: string): boolean {
  if (body.trim() === '') return true;
  const lists = listsIn(parseJson(body));
  return lists.length > 0 && lists.every((length) => length === 0);
}

/** How long the lists are that stand anywhere in it. */
function listsIn(value: unknown): readonly number[] {
  if (Array.isArray(value)) return [value.length, ...value.flatMap(listsIn)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(listsIn);
}

/** Why there is no list, in words that stand behind a service's name. */
export function whyNot(list: Exclude<AddressList, { readonly kind: 'listed' }>): Words {
  switch (list.kind) {
    case 'login':
      return words(
        'OSP asks for a login; look as the middleware tenant in a browser',
        'OSP 要求登录，请用中间件租户账号在浏览器中查看',
      );
    case 'refused':
      return words(`OSP answers ${list.status}`, `OSP 返回 ${list.status}`);
    case 'silent':
      return words('OSP does not answer', 'OSP 无应答');
    case 'not-asked':
      return words('OSP could not be asked', '无法向 OSP 查询');
    case 'not-understood':
      return words('the answer could not be understood', '无法识别返回内容');
    default:
      return list satisfies never;
  }
}
