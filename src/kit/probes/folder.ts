import { part, type ShellPart, sh } from '../shell.ts';

/**
 * Sets $d to a folder that may be listed. Otherwise the script ends: with `unreadable <path>`, or with the word that is given when
 * there is no such folder. A folder that may not be entered is not taken for a missing one.
 */
export const intoFolder = (folder: string, missing: string): ShellPart =>
  part(sh`
d=${folder}
if [ ! -e "$d" ]; then
  until [ -d "$d" ]; do d=$(dirname "$d"); done
  if [ -x "$d" ]; then echo ${missing}; else echo "unreadable $d"; fi
  exit 0
fi
if [ ! -x "$d" ] || [ ! -r "$d" ]; then echo "unreadable $d"; exit 0; fi`);
