// The left column (where, and as whom) and the right one (the clock, and what comes).

import { byId, el, keyed } from "./dom.js";
import { count, list, when, word } from "./words.js";

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
    current: room.id === current, fresh: unread(room.id), language: word("channels"),
  });
  keyed(byId("channels"), state.channels.filter((room) => !room.direct).map(row), roomRow);
  keyed(byId("directs"), state.channels.filter((room) => room.direct).map(row), roomRow);
}

function roomRow(row) {
  return el("li", { class: row.fresh ? "new" : "" },
    el("a", { href: `#${row.key}`, "aria-current": row.current ? "page" : null, "data-focus": "room" },
      el("span", { class: "name" }, row.name),
      !row.joined && el("span", { class: "quiet" }, word("not_joined")),
      row.fresh > 0 && el("span", { class: "count" }, count("new", row.fresh)),
    ));
}

export function showSpeaker(state) {
  const choice = byId("speaking");
  const people = state.personas.filter((person) => !person.bot);
  const shown = JSON.stringify(people);
  if (choice.dataset.shown !== shown) {
    choice.dataset.shown = shown;
    choice.replaceChildren(...people.map((person) => el("option", { value: person.id }, person.name)));
  }
  choice.value = state.me;
}

/** Show the clock, what comes, and what was told, newest first. */
export function showNext(state) {
  byId("clock").dateTime = state.now;
  byId("moves").hidden = !state.movable;
  byId("clock-time").textContent = when(state.now, "time");
  byId("clock-date").textContent = when(state.now, "date");
  byId("coming-empty").hidden = state.coming.length > 0;
  byId("told-empty").hidden = state.told.length > 0;
  keyed(byId("coming"), state.coming.map((one, place) => ({ key: `${one.at} ${place}`, ...one })), (one) => el("li", {}, one.sentence));
  const told = state.told.map((one, place) => ({ ...one, key: `${one.at} ${place} ${one.sentence}`, see: word("told.see") }));
  keyed(byId("told"), told.reverse(), (one) => el("li", {},
    `${one.sentence} `,
    one.channel && el("a", {
      href: `#${one.channel}${one.message ? `/${one.message}` : ""}`,
      "data-focus": "see",
      "aria-label": `${one.see}: ${one.sentence}`,
    }, one.see)));
}
