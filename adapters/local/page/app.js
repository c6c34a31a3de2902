// The page: what is shown, where one is, and what one does there.

import { movesClock, showNext } from "./clock.js";
import { called, showRooms, showSpeaker } from "./columns.js";
import { composer } from "./composer.js";
import { byId, keyed } from "./dom.js";
import { chosenPerson, confirmed, namedChannel, showForm } from "./forms.js";
import { Refused, follow, get, post, wrongLength } from "./live.js";
import { make, rows } from "./messages.js";
import { announce, markSeen, unread } from "./news.js";
import { count, list, loadWords, speak, spoken, translate, word } from "./words.js";

const STATUS_SECONDS = 9;

let state = null;
let speaker = ""; // whom one chose to speak as; the state of it comes a moment later
let channel = null;
let thread = null;
let stop = () => {};
let statusTimer;
let wantsToWrite = false;
const ui = { editing: null, text: null, reacting: null, found: null };

const roomOf = (id) => state.channels.find((one) => one.id === id);
const messageOf = (id) => state.messages.find((one) => one.id === id);
const withBot = (id) => roomOf(id)?.direct && roomOf(id).members.length === 2 && roomOf(id).members.some(room.isBot);
const name = (id) => state.personas.find((one) => one.id === id)?.name ?? "";
const narrow = () => getComputedStyle(byId("panes")).display !== "none";

function say(text) {
  clearTimeout(statusTimer);
  byId("status").textContent = text;
  statusTimer = setTimeout(() => { byId("status").textContent = ""; }, STATUS_SECONDS * 1000);
}

/** Do something for the one spoken as; returns what went wrong as a sentence, which is also shown. */
async function act(what, given) {
  try {
    const answer = await post(`/api/${what}`, { as: speaker, ...given });
    if (answer.warning) say(word(`error.${answer.warning}`));
    return "";
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    say(refused.message);
    return refused.message;
  }
}

async function send(text, under) {
  const answer = await post("/api/say", { as: speaker, channel, text, thread: under });
  if (answer.warning) say(word(`error.${answer.warning}`));
  byId(under ? "thread-scroll" : "messages-scroll").dataset.follow = "yes";
}

const room = {
  name,
  get me() { return state.me; },
  channel: (id) => called(roomOf(id), name, state.me) || id,
  isBot: (id) => state.personas.some((one) => one.id === id && one.bot),
  press: (message, action, value) => act("press", { message: message.id, action, value }),
  dismiss: (message) => act("dismiss", { thing: message.id }),
  dismissForm: (form) => act("dismiss", { thing: form }),
  submit: (form, values) => act("submit", { form, values }),
  openThread: (id, answering) => openThread(id, answering),
  chooseReaction(id) {
    const from = id ?? ui.reacting;
    const beside = Boolean(document.activeElement?.closest("#thread"));
    ui.reacting = id;
    show();
    byId(`${beside ? "t-" : ""}${from}`)?.querySelector("[data-focus=react]")?.focus();
  },
  react(message, emoji, add) {
    ui.reacting = null;
    show();
    return act(add ? "react" : "unreact", { message: message.id, emoji });
  },
  edit(id) {
    const from = ui.editing;
    ui.editing = id;
    ui.text = null;
    show();
    const node = byId(id ?? from) ?? byId(`t-${id ?? from}`);
    node?.querySelector(id ? "textarea" : "[data-focus=edit]")?.focus();
  },
  keepEdit: (text) => { ui.text = text; },
  keptEdit: () => ui.text,
  async saveEdit(message, text) {
    const problem = wrongLength(text) || await act("edit", { message: message.id, text });
    if (!problem) room.edit(null);
    return problem;
  },
  async remove(message) {
    if (await confirmed()) await act("delete", { message: message.id });
  },
};

const main = composer(byId("composer"), () => {
  const place = room.channel(channel);
  const direct = roomOf(channel)?.direct;
  const label = direct ? word("compose.direct", { place }) : word("compose", { place });
  return {
    key: `${speaker} ${channel}`,
    me: speaker,
    label,
    short: narrow() ? word("compose.short") : label,
    hint: withBot(channel) ? word("compose.bot.hint") : word("compose.hint"),
  };
}, (text) => send(text, null));
const inThread = composer(byId("thread-composer"), () => ({
  key: `${speaker} ${channel} ${thread}`,
  me: speaker,
  label: word("compose.thread"),
  short: word("compose.thread.short"),
  hint: word("compose.thread.hint"),
}), (text) => send(text, thread));

// Showing.

function show() {
  if (!state) return;
  if (!roomOf(channel)) channel = state.channels.find((one) => one.joined)?.id ?? state.channels[0]?.id ?? null;
  if (thread && messageOf(thread)?.channel !== channel) thread = null;
  markSeen(state, channel);
  showSpeaker(state, speaker);
  showRooms(state, channel, name, (id) => unread(state, id));
  showNext(state, roomOf, name);
  showConversation();
  showThread();
  showForm(state.form, room);
  for (const tab of byId("panes").children) {
    if (tab.dataset.pane === document.body.dataset.pane) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
    if (tab.dataset.pane === "thread") tab.disabled = !thread;
  }
}

function showConversation() {
  const here = roomOf(channel);
  byId("place").textContent = called(here, name, state.me);
  byId("place").title = byId("place").textContent;
  document.title = `${called(here, name, state.me)} · Causerie`;
  byId("members").textContent = here && !here.direct ? count("members", here.members.filter((member) => !room.isBot(member)).length) : "";
  byId("leave").hidden = !here?.joined || here.direct;
  byId("composer").hidden = !here?.joined;
  byId("not-joined").hidden = !here || here.joined;
  byId("not-joined-words").textContent = word("join.ask", { name: name(state.me), channel: called(here, name, state.me) });
  byId("coordination").textContent = here?.coordinators.length ? word("coordinated", { names: list(here.coordinators.map(name)) }) : "";
  const roots = state.messages.filter((one) => one.channel === channel && !one.thread);
  const first = !state.begun && channel === state.home;
  byId("first").hidden = !first;
  byId("now").hidden = !state.begun || !here?.community || localStorage.getItem("now") === "read";
  byId("empty").hidden = roots.length > 0 || first;
  byId("empty").textContent = emptyWords(here);
  fill(byId("messages"), roots, false);
  byId("older").hidden = !here?.older;
  main.show();
  if (wantsToWrite && here?.joined) {
    wantsToWrite = false;
    main.focus();
  }
}

function emptyWords(here) {
  if (!here) return "";
  if (withBot(here.id)) return word("empty.bot");
  if (here.direct) return word("empty.direct");
  return here.community ? word("empty.channel") : word("empty.free");
}

function showThread() {
  const root = thread && messageOf(thread);
  byId("thread").hidden = !root;
  if (!root) {
    if (document.body.dataset.pane === "thread") document.body.dataset.pane = "conversation";
    return;
  }
  const replies = state.messages.filter((one) => one.thread === thread);
  byId("thread-empty").hidden = replies.length > 0;
  byId("thread-composer").hidden = !roomOf(channel).joined;
  fill(byId("thread-messages"), [root, ...replies], true);
  inThread.show();
}

/** Count what a thread holds; what the bot says there is not enough unless it names somebody, as an answer that it passes on does. */
function repliesTo(id) {
  const replies = state.messages.filter((one) => one.thread === id && !one.gone && !one.whisper);
  const names = (body) => /"kind":"(named|mention)"/.test(JSON.stringify(body));
  return replies.some((one) => !room.isBot(one.author) || names(one.body)) ? replies.length : 0;
}

function fill(list, messages, threaded) {
  const scroll = list.closest(".scroll");
  const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const here = `${state.me} ${threaded ? thread : channel}`;
  const before = list.childElementCount;
  keyed(list, rows(messages, (message) => ({
    inThread: threaded,
    replies: threaded ? 0 : repliesTo(message.id),
    editing: ui.editing === message.id,
    reacting: ui.reacting === message.id,
    found: ui.found === message.id,
    me: state.me,
    coordinates: Boolean(roomOf(channel)?.coordinators.includes(message.author)),
    zone: roomOf(channel)?.zone,
    direct: roomOf(channel)?.direct,
    spoken: [spoken(), state.zone],
  })), (row) => make(row, room));
  const moved = list.dataset.here !== here;
  const grown = list.childElementCount > before && (near || scroll.dataset.follow);
  // A thread begins with its question, and a first visit with the words that welcome it.
  const begin = moved && (threaded || (!state.begun && channel === state.home));
  if (moved || grown) scroll.scrollTop = begin ? 0 : scroll.scrollHeight;
  if (grown) delete scroll.dataset.follow;
  list.dataset.here = here;
}

// Moving about.

function pane(which, focus) {
  document.body.dataset.pane = which;
  show();
  if (focus && narrow()) byId(focus).focus();
}

/** Open a thread, ready to write there; on a phone only when `answering`, as the keyboard would cover what is read. */
function openThread(id, answering) {
  thread = id;
  pane("thread", "thread-title");
  if (answering || !narrow()) inThread.focus();
  if (narrow()) return;
  byId(id)?.scrollIntoView({ block: "nearest" });
}

function closeThread() {
  const from = thread;
  thread = null;
  pane("conversation", "place");
  const node = byId(from);
  (node?.querySelector("[data-focus=answers], [data-focus=answer]") ?? byId("place")).focus();
}

/** Go where an address leads: `#C1`, or `#C1/m12` to a message there. */
function go(address) {
  const [, to, id] = /^#([CD]\d+)(?:\/(m\d+))?$/.exec(address) ?? [];
  if (!to || !roomOf(to)) return;
  if (to !== channel) thread = null;
  channel = to;
  const message = id && messageOf(id);
  ui.found = id ?? null;
  if (message?.thread) thread = message.thread;
  pane(message?.thread ? "thread" : "conversation", message ? null : "place");
  if (id && !message) say(word("error.lost_message"));
  const node = message && byId(message.thread ? `t-${id}` : id);
  node?.scrollIntoView({ block: "center" });
  node?.focus({ preventScroll: true });
}

async function refreshed() {
  try {
    state = await get("/api/state", { as: speaker });
  } catch (refused) {
    say(refused.message);
    return false;
  }
  return true;
}

/** Go to the question that was asked just now. */
async function seeQuestion() {
  if (!await refreshed()) return;
  const asked = state.messages.filter((one) => one.channel === state.home && !one.thread && !one.whisper && room.isBot(one.author)).at(-1);
  if (asked) go(`#${asked.channel}/${asked.id}`);
}

/** Go to a room that was made just now, ready to write there. */
async function enter(id) {
  if (!id || !await refreshed()) return;
  history.pushState(null, "", `#${id}`);
  go(`#${id}`);
  main.focus();
}

function start(persona) {
  stop();
  speaker = persona;
  stop = follow(persona, {
    seen(fresh) {
      const before = state;
      state = fresh;
      speaker = fresh.me;
      const language = localStorage.getItem("language") ?? state.language;
      speak(language, state.zone, state.cities);
      byId("language").value = spoken();
      translate();
      if (!before) channel = /^#([CD]\d+)/.exec(location.hash)?.[1] ?? null;
      show();
      announce(before, state, room);
      if (!before && location.hash.includes("/")) go(location.hash);
    },
    lost() {
      byId("lost").hidden = false;
      byId("lost").textContent = word("lost");
    },
    back() {
      byId("lost").hidden = true;
      byId("lost").textContent = "";
      say(word("back"));
    },
  });
}

function listen() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']:not(.skip)");
    if (!link) return;
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    go(link.getAttribute("href"));
  });
  window.addEventListener("popstate", () => go(location.hash));
  document.addEventListener("visibilitychange", show);
  matchMedia("(max-width: 68rem)").addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && thread && (byId("thread").contains(event.target) || event.target === document.body)) closeThread();
  });
  byId("close-thread").addEventListener("click", closeThread);
  byId("panes").addEventListener("click", (event) => {
    const tab = event.target.closest("button");
    const heading = { rooms: "speaking", conversation: "place", thread: "thread-title", next: "next-title" };
    if (tab) pane(tab.dataset.pane, tab.dataset.pane === "rooms" ? null : heading[tab.dataset.pane]);
  });
  byId("speaking").addEventListener("change", async (event) => {
    const persona = event.target.value;
    localStorage.setItem("persona", persona);
    start(persona);
    main.show(); // what is typed from now on is theirs
    inThread.show();
    await post("/api/as", { as: persona }).catch((refused) => say(refused.message));
  });
  byId("language").addEventListener("change", (event) => {
    localStorage.setItem("language", event.target.value);
    speak(event.target.value, state.zone);
    translate();
    show();
  });
  byId("join").addEventListener("click", async () => {
    wantsToWrite = true; // the box comes with the next state
    if (await act("join", { channel })) wantsToWrite = false;
  });
  byId("leave").addEventListener("click", () => act("leave", { channel }));
  byId("ask-first").addEventListener("click", async () => {
    if (await act("first", {})) return;
    if (narrow()) await seeQuestion();
    else byId("place").focus();
  });
  byId("now-close").addEventListener("click", () => {
    localStorage.setItem("now", "read");
    show();
    byId("place").focus();
  });
  byId("new-channel").addEventListener("click", async () => {
    enter(await namedChannel(async (called) => {
      const answer = await post("/api/channel", { as: speaker, name: called });
      if (answer.warning) say(word(`error.${answer.warning}`));
      return answer.id;
    }));
  });
  byId("new-direct").addEventListener("click", async () => {
    const other = await chosenPerson(state.personas.filter((one) => one.id !== speaker));
    if (!other) return;
    const answer = await post("/api/direct", { as: speaker, others: [other] }).catch((refused) => say(refused.message));
    enter(answer?.id);
  });
  movesClock(say);
}

await loadWords();
translate();
listen();
start(localStorage.getItem("persona") ?? "");
