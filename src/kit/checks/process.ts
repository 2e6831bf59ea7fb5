import type { Check } from '../check.ts';
import { javaProcess, type JavaOptions } from '../probes/java-process.ts';
import { words } from '../words.ts';

/** A running java of each of the apps, by whatever command the manual has for it. */
export const processCheck = ({
  named,
  searched,
  ...facts
}: Omit<Check, 'on' | 'title' | 'limits'> & Pick<JavaOptions, 'named' | 'searched'>): Check => ({
  ...facts,
  title: words('Process', '进程'),
  ...javaProcess({ ...(named ? { named } : {}), ...(searched ? { searched } : {}) }),
});
