import { h, icon } from './dom.js';
import { plainText, textObject } from './mrkdwn.js';

/** Asks what a confirm object says. Answers true when the person agrees. */
export function confirmDialog(confirm) {
  return new Promise((resolve) => {
    const finish = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const agree = h(
      'button',
      {
        type: 'button',
        class: `button ${confirm.style === 'danger' ? 'danger' : 'primary'} large`,
        onclick: () => finish(true),
      },
      plainText(confirm.confirm.text),
    );
    const dialog = h(
      'dialog',
      { class: 'dialog confirm', 'aria-labelledby': 'confirm-title', role: 'alertdialog' },
      h(
        'header',
        {},
        h('h2', { id: 'confirm-title' }, plainText(confirm.title.text)),
        h(
          'button',
          { type: 'button', class: 'icon-only', 'aria-label': 'Close', onclick: () => finish(false) },
          icon('close'),
        ),
      ),
      h('div', { class: 'dialog-body' }, textObject(confirm.text)),
      h(
        'footer',
        {},
        h(
          'button',
          { type: 'button', class: 'button large', onclick: () => finish(false) },
          plainText(confirm.deny.text),
        ),
        agree,
      ),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      finish(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    agree.focus();
  });
}
