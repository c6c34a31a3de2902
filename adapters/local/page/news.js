// What is new: counted by room for each persona, and said to those who hear the page.

import { byId } from "./dom.js";
import { spokenWords } from "./tree.js";
import { word } from "./words.js";

const HEARD_SECONDS = 9;
const AT_ONCE = 3;

const number = (id) => Number(id.slice(1));
const seenKey = (state, room) => `seen ${state.me} ${room}`;

/** Count what others said in a room since it was last open in front of this persona. */
export function unread(state, room) {
  const upTo = Number(localStorage.getItem(seenKey(state, room)) ?? 0);
  return state.messages.filter((one) => (
    one.channel === room && !one.gone && one.author !== state.me && number(one.id) > upTo
  )).length;
}

/** Note that this persona has a room open. */
export function markSeen(state, room) {
  if (document.hidden || !room) return;
  const last = Math.max(0, ...state.messages.filter((one) => one.channel === room).map((one) => number(one.id)));
  localStorage.setItem(seenKey(state, room), String(last));
}

let timer;

/** Say what others said between two states of one persona; `here` knows names and channels. */
export function announce(before, state, here) {
  if (!before || before.me !== state.me) return;
  const known = new Set(before.messages.map((one) => one.id));
  const fresh = state.messages.filter((one) => !known.has(one.id) && one.author !== state.me && !one.gone).slice(-AT_ONCE);
  if (!fresh.length) return;
  byId("heard").textContent = fresh.map((one) => word("heard", {
    name: here.name(one.author), place: here.channel(one.channel), text: spokenWords(one.body, { ...here, press() {} }),
  })).join(" ");
  clearTimeout(timer);
  timer = setTimeout(() => { byId("heard").textContent = ""; }, HEARD_SECONDS * 1000);
}
