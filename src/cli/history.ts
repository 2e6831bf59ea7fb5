import { writeFile } from 'node:fs/promises';
import { aligned, clauseText, type Lang, say } from '../kit/index.ts';
import { openArtist } from '../picture/index.ts';
import { type Course, courseTable, courseTitle } from '../runs/course.ts';

/** What was measured as a table for a terminal. */
export function courseText(course: Course, lang: Lang): string {
  const { clause, rows, from, to } = course;
  return [
    `${say(courseTitle(course), lang)}  [${clauseText(clause)} · ${rows.join(', ')}]`,
    `${from} – ${to}`,
    '',
    ...aligned(courseTable(course, lang)),
  ].join('\n');
}

/** Draws it into a file; the answer is why it could not. */
export async function drawInto(file: string, course: Course, lang: Lang): Promise<string | undefined> {
  const artist = openArtist();
  try {
    await writeFile(file, await artist.draw(course, lang));
    return undefined;
  } catch (error) {
    return `${file} was not written: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await artist.close();
  }
}
