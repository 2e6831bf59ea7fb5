import { looksDrawn } from './names.ts';
import { after, type Range, type Rule, matchesOf } from './rule.ts';

/** `scheme://user:` and what follows up to a space or quote; or the next address in a list. */
const LOGIN =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#"'<>:@]{0,128}:)((?:(?![a-z][a-z0-9+.-]{1,30}:\/\/)[^\s"'<>]){1,400})/gi;

/** Does not treat a port as a password; an @ after the first slash is part of the path unless a password precedes it. */
function passwordIn(rest: string): number {
  const host = rest.search(/[/?#]/);
  const authority = host === -1 ? rest : rest.slice(0, host);
  const isPort = /^\d{1,5}(?:,|$)/.test(authority);
  return authority.includes('@') || isPort ? authority.lastIndexOf('@') : rest.lastIndexOf('@');
}

/** Logins without a scheme: Oracle's thin driver and tools, Go's data source names. */
const LOGINS: readonly RegExp[] = [
  /(\bjdbc:oracle:\w{2,8}:[^\s/@:]{1,64}\/)[^\s@]{1,128}(?=@)/gi,
  /(\b(?:sqlplus|imp(?:dp)?|exp(?:dp)?|sqlldr|rman|tnsping)\b[^\n]{0,200}?(?<![^\s="'])[\w$#.]{1,64}\/)[^\s@"'/]{1,128}(?=@|[ \t]|["']|$)/gim,
  /(\b(?:userid|connect|conn|target|login)[ \t=]{1,3}["']?[\w$#.]{1,64}\/)[^\s@"'/]{1,128}(?=@)/gi,
  /((?<![\w./-])[\w.%-]{1,64}:)[^\s:@/"']{1,128}(?=@(?:tcp|unix|udp)\()/g,
];

/** The last part of the path, or a parameter, which proves a signed address or opens a hook. */
const HOOKS: readonly RegExp[] = [
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/(?:[A-Z]\w{0,20}\/){0,2})[\w/-]{6,}/gi,
  /((?:oapi|api)\.dingtalk\.com\/robot\/send\S{0,200}?access_token=)[\w-]{6,}/gi,
  /(qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/\S{0,100}?key=)[\w-]{6,}/gi,
  /(open\.(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v2\/)?hook\/)[\w-]{6,}/gi,
  /(discord(?:app)?\.com\/api\/webhooks\/\d{1,24}\/)[\w-]{6,}/gi,
  /(webhook\.office\.com\/webhookb2\/)[^\s"'<>]{6,}/gi,
  /(sctapi\.ftqq\.com\/|api\.day\.app\/|webhook\.site\/)[\w-]{6,}/gi,
  /(api\.telegram\.org\/(?:bot)?)\d{6,12}:[\w-]{20,}/gi,
  /([?&;](?:[\w-]{0,32}signature|sig|sign|sn|st|ticket|code_verifier|[\w-]{0,32}token|[\w-]{0,32}secret|x-amz-security-token|auth_key|ossaccesskeyid|q-signature|x-cos-signature)=)[^\s&"'<>#,;)]{6,}/gi,
];

/** A token in place of a name: only what looks drawn by lot. */
const TOKEN_FOR_NAME = /(:\/\/)[^\s/:@?#"'<>]{12,200}(?=(?::[^\s/@"'<>]{0,64})?@)/g;
/** A name and a password without a scheme, before a host. */
const BEFORE_HOST = /:[^\s:@/"'<>]{6,128}(?=@(?!sha\d)[\w-])/g;
const NAME_ALONE = /(?<![\w./@:%-])[\w.%-]{1,64}$/;

function* beforeHosts(text: string): Generator<Range> {
  yield* after(text, TOKEN_FOR_NAME, looksDrawn);
  for (const { index, 0: found } of matchesOf(text, BEFORE_HOST))
    if (looksDrawn(found.slice(1)) && NAME_ALONE.test(text.slice(Math.max(0, index - 65), index)))
      yield [index + 1, index + found.length];
}

const PARAMETER_KEY = /([?&](?:key|auth|code)=)[^\s&"'<>#,;)]{8,}/gi;

export const addresses: Rule = {
  name: 'addresses',
  about:
    /[@?&]|;\w{1,40}=|:\/\/|\/(?:services|workflows|triggers|hook|webhook\w*|webhooks)\/|ftqq|api\.day\.app|webhook\.site|sqlplus|rman|tnsping|sqlldr|\b(?:imp|exp)|telegram/i,
  *find(text) {
    if (text.includes('://')) yield* loginsIn(text);
    for (const pattern of LOGINS) yield* after(text, pattern);
    for (const pattern of HOOKS) yield* after(text, pattern, (value) => /\d|[A-Z]|-/.test(value));
    if (text.includes('@')) yield* beforeHosts(text);
    yield* after(text, PARAMETER_KEY, looksDrawn);
  },
};

function* loginsIn(text: string): Generator<Range> {
  for (const found of matchesOf(text, LOGIN)) {
    const { index, 1: start = '', 2: rest = '' } = found;
    const end = passwordIn(rest);
    if (end > 0) yield [index + start.length, index + start.length + end];
  }
}
