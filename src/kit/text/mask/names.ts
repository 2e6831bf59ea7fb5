import { fold } from './fold.ts';

/** Words that tell of a secret, as sources of regular expressions. Letters of any case; a word of letters only may end a longer one. */
const TELLING: readonly string[] = [
  'passw(?:or)?ds?',
  'pass?phrases?',
  'passcodes?',
  '(?<![a-z])(?:pass|psw|pw|psk)',
  '(?:user|login|bind|root|admin|db|my|pg|auth|key|store|trust|sentinel|require|master|ssh|sudo|ftp|smtp|mail|redis|mysql|ldap|vnc|svn|git|http|proxy|web|sys|sql|ora|zk|mq|jmx|jdbc|nacos)[_.-]?pass',
  'pass[_.-]?key',
  'pswd',
  'pwd',
  'passin',
  'passout',
  'requirepass',
  'masterauth',
  '(?:bind|root|admin|user)[_-]?pw',
  'secrets?',
  'token',
  'credentials?',
  'authentication[_-]string',
  '(?:api|app|access|secret|private|encrypt(?:ion)?|decrypt(?:ion)?|sign(?:ing|ature)?|auth|account|shared[_-]?access|aes|des|rsa|hmac|sm[24]|master|cipher|crypto|storage|session|jwt|cookie|hook|license|subscription|instrumentation|service[_-]?account)[ _.-]?keys?(?:[ _.-]?(?:ids?|secrets?|data))?',
  'j?session[_-]?id',
  'phpsessid',
  '_auth',
  '(?<![a-z])(?:otp|cvv2?|cvc2?|pin[_ -]?code|pin)',
  '(?:verif(?:y|ication)|sms|auth(?:orization)?|dynamic|security|one[ -]?time|login|2fa|mfa|captcha)[ _-]?code',
  'captcha',
  '(?:unseal|recovery|backup)[ _-]?(?:keys?|codes?)(?:[ _]?\\d{1,2})?',
  '(?:pay|mch|merchant|api_?v\\d)[_-]?key',
  'client[_-]?secret',
  '(?<![a-z])(?:ak|sk)[_-]?(?:secret)',
];

/** In Chinese; `\u79d8\u94a5` is a usual misspelling. */
const TELLING_CHINESE: readonly string[] = [
  '\u5bc6\u7801', // password
  '\u5bc6\u78bc', // password, traditional characters
  '\u53e3\u4ee4', // passphrase
  '\u5bc6\u94a5', // key
  '\u79d8\u94a5', // key, misspelt
  '\u5bc6\u5319', // key, another word
  '\u79c1\u94a5', // private key
  '\u4ee4\u724c', // token
  '\u51ed\u8bc1', // credential
  '\u51ed\u636e', // credential, another word
  '\u9a8c\u8bc1\u7801', // verification code
  '\u9a57\u8b49\u78bc', // verification code, traditional characters
  '\u6821\u9a8c\u7801', // check code
  '\u52a8\u6001\u7801', // dynamic code
  '\u52a8\u6001\u53e3\u4ee4', // one-time passphrase
  '\u6388\u6743\u7801', // authorisation code
  '\u6fc0\u6d3b\u7801', // activation code
  '\u63d0\u53d6\u7801', // code of a shared file
  '\u6697\u53f7', // watchword
  '\u8bbf\u95ee\u5bc6\u94a5', // access key
  '[\u8d26\u5e10\u8cec]\u5bc6', // account and password, in short
  '(?:\u767b\u5f55|\u901a\u884c|\u5b89\u5168)\u7801', // code to log in, to pass, for security
];

/** Endings behind the telling word in a name: `password2`, `pwdOld`, `secret_value`. */
const SUFFIX = '(?:[_.-]?(?:\\d{1,3}|old|new|value|hash|text|base64|b64|plain|enc(?:rypted)?)|[ _.-]?id)?';

/** In forms the two characters of a word stand apart. */
const chinese = TELLING_CHINESE.map((word) =>
  word.length === 2 ? `${word.charAt(0)}[ \\t]{0,4}${word.charAt(1)}` : word,
).join('|');

/** The Chinese names alone. */
export const CHINESE_NAME = `(?:${chinese})`;

/** A name that tells of a secret, whatever its value looks like. */
export const NAME = `(?:(?:${TELLING.join('|')})${SUFFIX}|${chinese})`;

/** Whether this is a name, of a column or a property, that tells of a secret. */
export const isTellingName = (name: string): boolean => WHOLE.test(fold(name).text.trim());
const WHOLE = new RegExp(
  `^[\\w.$:-]{0,64}?(?:${TELLING.join('|')})${SUFFIX}$|^[^\\s:=]{0,16}(?:${chinese})$`,
  'i',
);

/** Short names that tell of a secret only beside a value that looks like one. Written with a capital they may end a longer name. */
const SHORT = [
  'sk',
  'ak',
  'sig',
  'sign',
  'signature',
  'digest',
  'auth',
  'salt',
  'ticket',
  'nonce',
  'sid',
  'session',
  'jwt',
  'cred',
  'creds',
];
const short = SHORT.join('|');
const capital = SHORT.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join('|');
/** Names that begin like one that tells, whatever follows, slips of the pen, and words for what is made of a secret. */
const LIKE =
  '[Pp][Aa]?[Ss]{1,3}[Ww][Oo]?[Rr]?[Oo]?[Dd][\\w.-]{0,30}|(?:[Pp]wd|PWD|[Ss]ecret|SECRET|[Tt]oken|TOKEN)[\\w.-]{1,30}|\u7b7e\u540d|\u52a0\u5bc6\u4e32|\u76d0\u503c|\u5bc6\u6587';
export const WEAK_NAME = `(?:(?<![A-Za-z])(?:${short}|${capital}|${short.toUpperCase()})|(?<=[a-z0-9])(?:${capital})|${LIKE})`;

/** Digits and letters, at least six characters: looks drawn by lot rather than chosen from a language. */
export const looksDrawn = (value: string): boolean =>
  value.length >= 6 && /\d/.test(value) && /[A-Za-z]/.test(value) && !ORDINARY.test(value);

/** Addresses, paths, versions, sizes, times, and names joined by dots, slashes or dashes. */
const ORDINARY =
  /^(?:\d[\d.,]*[a-z%]{0,4}|[a-z]+(?:[-_.:/][a-z0-9]+)+|[a-z]{2,}-?\d{1,5}|(?:https?|tcp|file):\/\/.*|\/.*|v?\d+(?:\.\w+)+|\d{4}-\d{2}-\d{2}.*|sha\d{1,3}:.*|0x[0-9a-f]+|@[0-9a-f]+)$/i;

/** A word behind a colon that says how things stand rather than what the secret is; the same, with its value left out already. */
export const NO_SECRET =
  /^(?:(?:true|false|null|none|nil|yes|no|undefined|empty|n\/a|\*+|x{3,}|\.{3}|\u2022+|-|\$\{[^}\n]{0,80}\}|\$\([^)\n]{0,80}\)|\$\w{1,64}|%[sdv]|\{\}|\[\]|\{\{[^}\n]{0,80}\}\}|<[\w -]{1,40}>|[[(<{*]{1,3}(?:protected|masked|redacted|hidden|filtered|secret|provided|required)[\])>}*]{1,3}|protected|redacted|masked)["']?)$/i;
export const STATUS =
  /^(?:expired|invalid|incorrect|wrong|required|missing|not|is|was|has|are|ok|failed?|failure|error|unknown|changed|reset|must|cannot|can't|accepted|rejected|denied|disabled|enabled|success(?:ful(?:ly)?)?|the|a|an|for|from|of|to|and|or|unexpected|too|never|will|no|at)$/i;
