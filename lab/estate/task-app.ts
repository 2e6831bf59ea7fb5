import type { PracticeApp } from './apps/app.ts';

/** An app whose one process has run and ended: its host stands there without it. */
export const taskApp = ({
  id,
  command,
  ...facts
}: Pick<PracticeApp, 'id' | 'system' | 'title' | 'oneSite'> & { readonly command: string }): PracticeApp => ({
  ...facts,
  id,
  hostName: id,
  hosts: 1,
  cores: 1,
  memoryGb: 2,
  programs: [{ id, command, ranOnce: true }],
});
