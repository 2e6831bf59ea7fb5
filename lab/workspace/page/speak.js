import { confirmDialog } from './confirm.js';

/** Asks for confirmation when the control wants it, then tells the app. */
export async function speak(block, item, surface, given, node) {
  if (item.confirm !== undefined && !(await confirmDialog(item.confirm))) return;
  node?.setAttribute('aria-busy', 'true');
  await surface.press(block, item, given);
  node?.removeAttribute('aria-busy');
}
