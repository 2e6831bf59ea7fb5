import { follow, get, post } from './api.js';
import { channelHead, intro, joinBox, marks } from './channel.js';
import { composer } from './composer.js';
import { h } from './dom.js';
import { formStack } from './form.js';
import { homeTab } from './home.js';
import { messageList } from './list.js';
import { sidebar, topBar } from './sidebar.js';
import { botChannel, channel, channelTitle, loadWorkspace, store } from './store.js';
import { threadPanel } from './thread.js';
import { toast } from './toast.js';

const app = document.getElementById('app');
const forms = formStack();
let connected = true;
let highlight;
let view;
let panel;

start().catch((thrown) =>
  app.replaceChildren(h('p', { class: 'failure' }, `The page could not start: ${thrown.message}`)),
);

async function start() {
  const asked = new URLSearchParams(location.search).get('as');
  const first = (await get('users', {}))[0].id;
  // Kept by tab, so that two tabs may be two people.
  store.me = asked ?? sessionStorage.getItem('acting-as') ?? first;
  try {
    await loadWorkspace();
  } catch {
    store.me = first;
    await loadWorkspace();
  }
  sessionStorage.setItem('acting-as', store.me);
  readAddress();
  window.addEventListener('popstate', () => {
    readAddress();
    void paintAll();
  });
  document.addEventListener('click', followInside);
  document.addEventListener('keydown', (event) => {
    if (
      event.key === 'Escape' &&
      store.thread !== undefined &&
      document.querySelector('dialog[open]') === null
    )
      closeThread();
  });
  await paintAll();
  follow(store.workspace.seq, heard, (on) => {
    const back = on && !connected;
    connected = on;
    if (back) void refresh();
    else paintTop();
  });
}

/** `/archives/C0OPS`, `/archives/C0OPS/p1700000000000001?thread_ts=…`, `/home`. */
function readAddress() {
  const [, kind, id, packed] = location.pathname.split('/');
  const rooms = store.workspace.channels;
  const wanted =
    rooms.find((one) => one.id === id) ?? rooms.find((one) => one.kind !== 'im' && one.joined) ?? rooms[0];
  store.place = kind === 'home' ? { kind: 'home', id: botChannel()?.id } : { kind: 'channel', id: wanted.id };
  highlight = /^p\d{16,}$/.test(packed ?? '') ? `${packed.slice(1, -6)}.${packed.slice(-6)}` : undefined;
  const thread = new URLSearchParams(location.search).get('thread_ts');
  store.thread = thread === null ? undefined : { channel: wanted.id, ts: thread };
}

function writeAddress() {
  const path = store.place.kind === 'home' ? '/home' : `/archives/${store.place.id}`;
  const thread =
    store.thread === undefined ? '' : `?thread_ts=${store.thread.ts}&cid=${store.thread.channel}`;
  history.pushState(null, '', path + thread);
}

function followInside(event) {
  const inside = event.target.closest?.('a[data-inside]');
  if (!inside || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  history.pushState(null, '', inside.href);
  readAddress();
  void paintAll();
}

async function go(place) {
  store.place = place;
  store.thread = undefined;
  highlight = undefined;
  writeAddress();
  await paintAll();
  view?.composer?.focus();
}

async function become(id) {
  store.me = id;
  sessionStorage.setItem('acting-as', id);
  await loadWorkspace();
  if (
    channel(store.place.id) === undefined ||
    store.workspace.channels.find((one) => one.id === store.place.id).kind === 'im'
  ) {
    const wasBot = store.place.kind === 'home';
    store.place = wasBot
      ? { kind: 'home', id: botChannel()?.id }
      : { kind: 'channel', id: store.workspace.channels.find((one) => one.joined).id };
    store.thread = undefined;
    writeAddress();
  }
  await paintAll();
}

async function openDirect(other) {
  const acted = await post('direct', { as: store.me, with: other });
  await loadWorkspace();
  await go({ kind: 'channel', id: acted.answer });
}

function openThread(ts) {
  store.thread = { channel: store.place.id, ts };
  writeAddress();
  void paintThread().then(() => panel?.composer?.focus());
}

function closeThread() {
  store.thread = undefined;
  panel = undefined;
  writeAddress();
  document.querySelector('.thread-panel')?.remove();
  app.classList.remove('with-thread');
}

function paintTop() {
  document.querySelector('.top')?.replaceWith(top());
}

const top = () => topBar({ toggleDrawer: () => app.classList.toggle('drawer'), become, connected });

const nav = () => sidebar({ go: (place) => (app.classList.remove('drawer'), go(place)), openDirect });

async function paintAll() {
  app.classList.remove('with-thread');
  const main = h('main', { class: 'channel-panel' });
  const content = h('div', { class: 'content' }, main);
  const scrim = h('button', {
    type: 'button',
    class: 'scrim',
    'aria-label': 'Close the list of channels',
    onclick: () => app.classList.remove('drawer'),
  });
  app.replaceChildren(top(), nav(), scrim, content);
  document.title = `${store.place.kind === 'home' ? store.workspace.bot.real_name : channelTitle(channel(store.place.id))} · ${store.workspace.team.name}`;
  view = undefined;
  panel = undefined;
  await paintMain(main);
  if (store.thread !== undefined) await paintThread();
  forms.show(await get('forms', { as: store.me }));
}

async function paintMain(main) {
  const one = channel(store.place.id);
  main.setAttribute('aria-label', channelTitle(one));
  main.append(channelHead(one, go));
  if (store.place.kind === 'home') {
    void post('home', { as: store.me });
    const body = h('div', { class: 'home-scroll' });
    main.append(body);
    view = { show: async () => body.replaceChildren(homeTab(await get('home', { as: store.me }))) };
    return view.show();
  }
  if (!one.joined) {
    main.append(joinBox(one, () => loadWorkspace().then(paintAll)));
    return;
  }
  const title = one.kind === 'im' ? channelTitle(one) : `#${one.name}`;
  const list = messageList(`Messages in ${title}`, {
    inThread: false,
    openThread,
    highlight: () => highlight,
  });
  const box = composer({ channel: one.id }, `Message ${title}`);
  main.append(list.node, box.node);
  const before = [intro(one)];
  view = {
    composer: box,
    show: async () => {
      const { messages, pins, bookmarks } = await get('channel', { as: store.me, channel: one.id });
      if (store.place.id !== one.id) return;
      list.show(one.id, messages, before);
      marks(main, pins, bookmarks);
      const last = messages.at(-1);
      if (last !== undefined && document.visibilityState === 'visible')
        void post('read', { as: store.me, channel: one.id, ts: last.ts });
    },
  };
  await view.show();
}

async function paintThread() {
  document.querySelector('.thread-panel')?.remove();
  panel = threadPanel(store.thread, { close: closeThread, openThread, highlight: () => highlight });
  document.querySelector('.content').append(panel.node);
  app.classList.add('with-thread');
  await panel.show();
}

const waiting = new Set();
let timer;

/** Remembers what a change concerns, and looks again a moment later, once for many changes. */
function heard(change) {
  if (change.type === 'view' && change.user === store.me) waiting.add('forms');
  if (change.type === 'home' && change.user === store.me) waiting.add('home');
  if (['message', 'message_changed', 'message_deleted', 'status'].includes(change.type)) {
    waiting.add('sidebar');
    if (change.channel === store.place.id) waiting.add('view');
    if (change.channel === store.thread?.channel) waiting.add('thread');
  }
  if (change.type === 'channel' || change.type === 'socket') waiting.add('sidebar').add('view');
  if (waiting.size > 0)
    timer ??= setTimeout(() => void refresh().catch((thrown) => toast(thrown.message)), 30);
}

async function refresh() {
  const what = new Set(waiting);
  waiting.clear();
  timer = undefined;
  if (what.size === 0) for (const each of ['sidebar', 'view', 'thread', 'forms']) what.add(each);
  if (
    (what.has('view') && store.place.kind === 'channel') ||
    (what.has('home') && store.place.kind === 'home')
  )
    await view?.show();
  if (what.has('thread')) await panel?.show();
  if (what.has('forms')) forms.show(await get('forms', { as: store.me }));
  if (what.has('sidebar')) {
    await loadWorkspace();
    document.querySelector('.sidebar')?.replaceWith(nav());
    paintTop();
  }
}
