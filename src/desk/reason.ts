import { captureWhole, type Field, type FormRead, type FormValues, type Words } from '../kit/index.ts';

const MOST_CHARACTERS = 500;

/** The field in which somebody gives a reason. */
export const reasonField = (label: Words): Field => ({
  kind: 'text',
  id: 'reason',
  label,
  lines: 'several',
  mostCharacters: MOST_CHARACTERS,
});

/** The reason that was given; `missing` is said where there is none. */
export function readReason(values: FormValues, missing: Words): FormRead<string> {
  const reason = captureWhole(values['reason']?.[0] ?? '').trim();
  return reason === ''
    ? { ok: false, problems: [{ field: 'reason', says: missing }] }
    : { ok: true, meant: reason.slice(0, MOST_CHARACTERS) };
}
