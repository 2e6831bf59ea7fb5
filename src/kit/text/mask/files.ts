import { after, type Range, type Rule, matchesOf } from './rule.ts';

/** `machine h login u password x`, with line feeds or spaces between. */
const NETRC =
  /(\b(?:machine[ \t]+\S{1,200}|default)\s{1,40}login\s{1,40}\S{1,200}\s{1,40}password\s{1,40})\S{1,200}/g;
/** `host:port:database:user:password` */
const PGPASS =
  /(?<![^\s'":=])(?!(?:[\dA-Fa-f]{0,4}:){4})([^\s:/'"]{1,100}:(?:\d{4,5}|\*):[^\s:/]{1,64}:[^\s:/]{1,64}:)[^\s:/'"][^\s/'"]{0,200}(?![^\s'"])/g;
/** `"user" * "password"` of chap-secrets. */
const CHAP = /^("[^"\n]{1,64}"[ \t]+\S{1,64}[ \t]+")[^"\n]{1,200}(?="[ \t]+\S)/gm;
/** `"auth": "…"` of docker's configuration. */
const DOCKER = /("auth"[ \t]{0,3}:[ \t]{0,3}")[A-Za-z0-9+/=]{8,}/g;

/** A secret of Kubernetes: every value under its data, whatever its name. */
const KIND = /\bkind\\{0,3}["']?[ \t]{0,3}:[ \t]{0,3}\\{0,3}["']?Secret\b/;
const DATA =
  /\b(?:data|stringData|string_data)\\{0,3}["']?[ \t]{0,3}:[ \t]{0,3}(\{[^{}]{0,20000}\}|\n(?:[ \t]+[^\n]*\n?){1,400})/g;
const ENTRY = /([\w./-]{1,128}\\{0,3}["']?[ \t]{0,3}:[ \t]{0,3}\\{0,3}["']?)[^\s"',{}\\]{1,20000}/g;

export const files: Rule = {
  name: 'files',
  about: /machine|default|:(?:\d{4,5}|\*):|"[ \t]|"auth"|\bkind/,
  *find(text) {
    for (const pattern of [NETRC, PGPASS, CHAP, DOCKER]) yield* after(text, pattern);
    if (KIND.test(text)) yield* dataOf(text);
  },
};

function* dataOf(text: string): Generator<Range> {
  for (const found of matchesOf(text, DATA)) {
    const body = found[1] ?? '';
    const from = found.index + found[0].length - body.length;
    for (const [start, end] of after(body, ENTRY)) yield [from + start, from + end];
  }
}
