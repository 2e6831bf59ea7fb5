import { post } from './api.js';
import { blocks } from './blocks.js';
import { h, icon } from './dom.js';
import { plainText } from './mrkdwn.js';
import { closePopup } from './popup.js';
import { store } from './store.js';

/**
 * The forms the app opened. `show` paints the one on top, keeping what was typed as long as its fields are the
 * same; an empty list closes the dialog.
 */
export function formStack() {
  const dialog = h('dialog', { class: 'dialog form', 'aria-labelledby': 'form-title' });
  document.body.append(dialog);
  const typed = new Map();
  let top;
  let errors = {};
  let problem = '';
  let several = false;

  const close = (all) => void post('close', { as: store.me, all });
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close(false);
  });

  const submit = async (view, button) => {
    button.setAttribute('aria-busy', 'true');
    button.disabled = true;
    const acted = await post('submit', { as: store.me, values: given(view, valuesOf(view)) });
    errors = acted.errors ?? {};
    problem = acted.ok || acted.errors !== undefined ? '' : acted.problem;
    if (!acted.ok && top?.id === view.id) paint(top);
  };

  const valuesOf = (view) => {
    const values = typed.get(view.id) ?? new Map();
    typed.set(view.id, values);
    return values;
  };

  const surfaceOf = (view) => ({
    values: valuesOf(view),
    spot: {},
    press: async (block, item, value) => {
      const acted = await post('press', {
        as: store.me,
        in: 'form',
        control: item.action_id,
        block_id: block.block_id,
        given: value,
        values: given(view, valuesOf(view)),
      });
      problem = acted.ok ? '' : acted.problem;
      if (!acted.ok && top?.id === view.id) paint(top);
    },
  });

  const paint = (view) => {
    closePopup();
    const focused = document.activeElement?.dataset?.action;
    const submitButton =
      view.submit === undefined
        ? undefined
        : h('button', { type: 'submit', class: 'button primary large' }, plainText(view.submit.text));
    const form = h(
      'form',
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          void submit(view, submitButton);
        },
      },
      h(
        'header',
        {},
        several
          ? h(
              'button',
              { type: 'button', class: 'icon-only', 'aria-label': 'Back', onclick: () => close(false) },
              icon('back'),
            )
          : undefined,
        h('h2', { id: 'form-title' }, plainText(view.title.text)),
        h(
          'button',
          { type: 'button', class: 'icon-only', 'aria-label': 'Close', onclick: () => close(true) },
          icon('close'),
        ),
      ),
      h(
        'div',
        { class: 'dialog-body', tabindex: -1 },
        problem === ''
          ? undefined
          : h('div', { class: 'form-problem', role: 'alert' }, icon('warning', 16), problem),
        blocks(view.blocks, surfaceOf(view), errors),
      ),
      h(
        'footer',
        {},
        h(
          'button',
          { type: 'button', class: 'button large', onclick: () => close(false) },
          view.close === undefined ? 'Close' : plainText(view.close.text),
        ),
        submitButton,
      ),
    );
    dialog.replaceChildren(form);
    const target =
      dialog.querySelector('[aria-invalid=true]') ??
      (focused === undefined ? null : dialog.querySelector(`[data-action="${CSS.escape(focused)}"]`)) ??
      dialog.querySelector('[autofocus]') ??
      dialog.querySelector('.field, .select, input, button[type=submit]');
    target?.focus();
  };

  return {
    show: (views) => {
      const view = views.at(-1);
      const changed = JSON.stringify(view) !== JSON.stringify(top);
      if (view === undefined) {
        top = undefined;
        if (dialog.open) dialog.close();
        dialog.replaceChildren();
        return;
      }
      if (!changed && dialog.open) return;
      if (view.id !== top?.id || view.hash !== top?.hash) {
        errors = {};
        problem = '';
      }
      top = view;
      if (!dialog.open) dialog.showModal();
      several = views.length > 1;
      paint(view);
    },
  };
}

/** What the person gave, for the fields this form has. */
const given = (view, values) =>
  Object.fromEntries(
    view.blocks
      .filter((block) => block.type === 'input' && values.has(block.block_id))
      .map((block) => [block.block_id, values.get(block.block_id)]),
  );
