import { NAME, NO_SECRET } from './names.ts';
import { after, type Rule } from './rule.ts';

/** Between a tool and its flag: on the same line. */
const REST = String.raw`\b[^\n]{0,300}?[ \t]`;
const QUOTE = `["']?`;
const WORD = String.raw`(?![ \t-])[^\s"']{1,200}`;

/** Tools with the flag whose value is a password; the flag may touch its value where the tool allows it. */
const FLAGS: readonly (readonly [tools: string, flag: string])[] = [
  [
    'mysql|mysqldump|mysqladmin|mysqlimport|mysqlcheck|mysqlbinlog|mycli|mariadb|mariadb-dump|obclient|sshpass|7z|7za',
    `-p`,
  ],
  [
    'mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|cqlsh|beeline|hdbsql|docker|podman|nerdctl|helm|influx|kinit|az|tdsql|disql',
    `-p[ \\t]+`,
  ],
  ['redis-cli|redis-benchmark', `-a[ \\t]+`],
  ['ldap(?:search|add|modify|delete|passwd|whoami|compare)|kadmin', `-w[ \\t]*`],
  ['sqlcmd|bcp|isql|ipmitool|unzip|zip|mosquitto_(?:pub|sub)', `-P[ \\t]*`],
  ['snmp(?:walk|get|set|bulkwalk|trap)', `-[cAX][ \\t]+`],
  ['openssl', `-(?:passin|passout|pass|k|K)[ \\t]+(?:pass:)?`],
  ['keytool|jarsigner|apksigner', `-(?:storepass|keypass|srcstorepass|deststorepass|new)[ \\t]+`],
  ['useradd|usermod', `-p[ \\t]+`],
  ['ossutil(?:64)?', `-k[ \\t]+`],
  ['openssl[ \\t]+passwd(?:[ \\t]+-\\w{1,10}){0,4}', ``],
  ['mc[ \\t]+(?:alias[ \\t]+set|config[ \\t]+host[ \\t]+add)(?:[ \\t]+[^ \\t\\n]{1,200}){3}', ``],
  ['rabbitmqctl[ \\t]+(?:add_user|change_password)[ \\t]+\\S{1,64}', ``],
  ['htpasswd[ \\t]+-[a-zA-Z]*b[a-zA-Z]*[ \\t]+(?:\\S{1,200}[ \\t]+)?\\S{1,64}', ``],
  ['net[ \\t]+user[ \\t]+\\S{1,64}', ``],
];

const OF_TOOLS: readonly RegExp[] = FLAGS.map(([tools, flag]) =>
  flag === ''
    ? new RegExp(String.raw`((?<![\w-])(?:${tools})[ \t]+${QUOTE})${WORD}`, 'g')
    : new RegExp(String.raw`((?<![\w-])(?:${tools})${REST}${flag}[ \t]?${QUOTE})${WORD}`, 'g'),
);

const OTHERS: readonly RegExp[] = [
  /(\bcurl\b[^\n]{0,300}?[ \t](?:-u|--user|--proxy-user|-U)[ \t=]{0,3}["']?[^\s:"']{1,64}:)[^\s"']{1,200}/g,
  /(\b(?:lftp|ncftp\w*|wget)\b[^\n]{0,300}?[ \t]-u[ \t]{1,3}[^\s,"']{1,64},)[^\s"']{1,200}/g,
  /(\b(?:smbclient|rpcclient|mount\.cifs)\b[^\n]{0,300}?[ \t]-U[ \t]{0,3}["']?[^\s%"']{1,64}%)[^\s"']{1,200}/g,
  /(\becho[ \t]{1,3}(?:-\w+[ \t]{1,3})?["']?(?:[\w.-]{1,64}:)?)[^\s"'|]{1,200}(?=["']?[ \t]{0,3}\|[ \t]{0,3}(?:sudo[ \t]+)?(?:chpasswd|passwd|sudo -S|docker login|base64))/g,
  /(\bcurl\b[^\n]{0,300}?[ \t](?:-b|--cookie)[ \t=]{1,3}["']?)(?![-@])[^\s"'][^"'\n]{0,4000}?(?=["']|[ \t]|$)/gm,
  /(\bhttps?\b[ \t](?:[^\n]{0,100}?[ \t])?-a[ \t]{1,3}["']?[^\s:"']{1,64}:)[^\s"']{1,200}/g,
  /(--from-literal[= ]["']?[\w.-]{1,128}=)[^\s"']{1,400}/g,
  /(\b(?:su|sudo|passwd|kinit|docker|cryptsetup)\b[^\n]{0,200}?<<<[ \t]{0,3}["']?)[^\s"']{1,200}/g,
  /(\bprintf[ \t]{1,3}["'][^"'\n]{0,40}["'][ \t]{1,3}["']?)[^\s"'|]{1,200}(?=["']?[ \t]{0,3}\|[^\n]{0,80}(?:--password-stdin|--stdin|-S\b|chpasswd|base64))/g,
  /(\b(?:r[ow]community6?|snmp-server[ \t]{1,4}community|com2sec6?[ \t]{1,4}\S{1,64}[ \t]{1,4}\S{1,64})[ \t]{1,3})[^\s"']{1,200}/g,
  /(\b(?:enable[ \t]{1,4}secret|password|secret)[ \t]{1,4}[0-9][ \t]{1,4})[^\s"']{4,200}/g,
  /(\b(?:radius|tacacs)-server[ \t]{1,4}(?:host[ \t]{1,4}\S{1,64}[ \t]{1,4})?key[ \t]{1,4}(?:\d[ \t]{1,4})?)[^\s"']{1,200}/g,
  /(\bexpect\b[^\n]{0,100}?\bsend(?:_user)?[ \t]{1,3}(?:--[ \t]{1,3})?["']?)[^\s"'\\][^"'\n\\]{2,200}(?=\\[rn])/g,
  /(\becho[ \t]{1,3}["']?)[^\s"'|]{1,200}(?=["']?[ \t]{0,3}\|[^\n]{0,80}(?:--password-stdin|--stdin|-S\b))/g,
];

/** `--requirepass x`, `-storepass x`, `--db-token x`: a flag that tells of a secret, and the next word. */
const TELLING_FLAG = new RegExp(
  String.raw`((?<![\w.-])--?[\w.-]{0,40}?${NAME}[ \t]{1,3}${QUOTE}(?:pass:)?)(?![-=:])[^\s"']{1,200}`,
  'gi',
);

export const commands: Rule = {
  name: 'commands',
  about:
    /(?<![\w.])-{1,2}[A-Za-z]|\becho[ \t]|\bnet[ \t]|rabbitmqctl|<<<|printf|community|com2sec|\b(?:secret|password)[ \t]{1,4}\d|-server[ \t]|\bmc[ \t]|expect|openssl/i,
  *find(text) {
    for (const pattern of [...OF_TOOLS, ...OTHERS]) yield* after(text, pattern);
    yield* after(text, TELLING_FLAG, (value) => !NO_SECRET.test(value));
  },
};
