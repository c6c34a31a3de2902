// The left column: where, and as whom.

import { byId, el, keyed } from "./dom.js";
import { count, list, word } from "./words.js";

/** Return how a room is called: #practice, or the others in a direct conversation. */
export function called(room, name, me) {
  if (!room) return "";
  if (!room.direct) return `#${room.name}`;
  return list(room.members.filter((member) => member !== me).map(name));
}

/** Show channels and direct conversations; `unread(room)` counts what is new there. */
export function showRooms(state, current, name, unread) {
  const row = (room) => ({
    key: room.id, name: called(room, name, state.me), direct: room.direct, joined: room.joined,
    current: room.id === current, fresh: room.joined ? unread(room.id) : 0, language: word("channels"),
  });
  const rows = state.channels.map(row);
  keyed(byId("channels"), rows.filter((one) => !one.direct), roomRow);
  keyed(byId("directs"), rows.filter((one) => one.direct), roomRow);
  const fresh = rows.reduce((sum, one) => sum + one.fresh, 0);
  byId("rooms-new").textContent = fresh || "";
  byId("rooms-new-words").textContent = fresh ? count("new", fresh) : "";
}

function roomRow(row) {
  return el("li", { class: row.fresh ? "new" : "" },
    el("a", { href: `#${row.key}`, "aria-current": row.current ? "page" : null, "data-focus": "room" },
      el("span", { class: "name", title: row.name }, row.name),
      !row.joined && el("span", { class: "quiet" }, word("not_joined")),
      row.fresh > 0 && el("span", { class: "count" }, count("new", row.fresh)),
    ));
}

/** Show who can be spoken as, who is, and what they coordinate. */
export function showSpeaker(state, speaker) {
  const choice = byId("speaking");
  const people = state.personas.filter((person) => !person.bot);
  const shown = JSON.stringify(people);
  if (choice.dataset.shown !== shown) {
    choice.dataset.shown = shown;
    choice.replaceChildren(...people.map((person) => el("option", { value: person.id }, person.name)));
  }
  choice.value = speaker;
  const theirs = state.channels.filter((room) => room.coordinators.includes(speaker)).map((room) => room.community);
  byId("offices").textContent = theirs.length ? word("coordinates", { names: list(theirs) }) : "";
}
