import type { Estate } from './estate.ts';
import type { Words } from './words.ts';

/** Asks a person for what was not typed: data, drawn by every surface that has forms. `Meant` is what its values come to. */
export interface Form<Meant = unknown> {
  /** At most 24 characters in either language, as `submit`. */
  readonly title: Words;
  /** On the button that sends it. */
  readonly submit: Words;
  /** Above the fields: what it is about. */
  readonly says?: Words;
  readonly fields: readonly [Field, ...Field[]];
  /** What the values mean, or what is wrong with which field. Touches nothing. */
  readonly read: (values: FormValues, estate: Estate) => FormRead<Meant>;
}

/** A form that stands for the words of a command: what it means is what would have been typed after the name. */
export interface CommandForm extends Form<string> {
  /** On the buttons that open it. */
  readonly button: Words;
}

/** What was given, by the field's id; an empty list for nothing. */
export type FormValues = Readonly<Record<string, readonly string[]>>;

export type FormRead<Meant> =
  | { readonly ok: true; readonly meant: Meant }
  | { readonly ok: false; readonly problems: readonly [FormProblem, ...FormProblem[]] };

/** A mistake, shown at its field. */
export interface FormProblem {
  readonly field: string;
  readonly says: Words;
}

export type Field = FieldFacts &
  (
    | {
        readonly kind: 'text';
        readonly lines: 'one' | 'several';
        readonly mostCharacters: number;
        readonly begins?: string;
      }
    /** One of a few. */
    | { readonly kind: 'choice'; readonly options: Options; readonly begins?: string }
    /** Any of a few. */
    | { readonly kind: 'ticks'; readonly options: Options }
    /** Places of the estate, any number unless `most` says one, looked for by name; a person is offered what they may look at. `under`: only these apps, or only hosts of theirs. */
    | {
        readonly kind: 'places';
        readonly of: PlaceKind;
        readonly most?: 1;
        readonly under?: readonly string[];
      }
  );

interface FieldFacts {
  /** Unique in the form, kebab-case. */
  readonly id: string;
  readonly label: Words;
  readonly hint?: Words;
  /** May be left empty. */
  readonly optional?: true;
}

export type PlaceKind = 'system' | 'app' | 'host' | 'site';

/** At most ten. */
type Options = readonly [FieldOption, ...FieldOption[]];

export interface FieldOption {
  readonly value: string;
  readonly title: Words;
}
