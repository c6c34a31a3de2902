// The right column: the clock and its buttons, what comes, and what was said while it moved.

import { byId, el, keyed } from "./dom.js";
import { Refused, post } from "./live.js";
import { city, count, when, whenThere, word } from "./words.js";

/** Show the clock, what comes, and what was told, newest first; `roomOf(id)` finds a room, `name(id)` a person's name. */
export function showNext(state, roomOf, name) {
  const line = (moment, { channel, sentence }) => {
    const room = roomOf(channel);
    const place = room?.direct ? word("place.direct") : word("place.channel", { place: `#${room?.name}` });
    return word("coming.line", { when: moment, place, what: sentence });
  };
  byId("clock").dateTime = state.now;
  byId("moves").hidden = !state.movable;
  byId("clock-time").textContent = when(state.now, "time");
  byId("clock-date").textContent = when(state.now, "date");
  showZones(state);
  byId("coming-empty").hidden = state.coming.length > 0;
  byId("coming-empty").textContent = word("coming.empty", { name: name(state.me) });
  byId("told-empty").hidden = state.told.length > 0;
  const coming = state.coming.map((one, place) => ({
    key: `${one.at} ${place}`, at: one.at, line: line(whenThere(one.at, one.zone), one),
  }));
  keyed(byId("coming"), coming, (one) => el("li", {}, one.line));
  const told = state.told.map((one, place) => ({
    ...one, key: `${one.at} ${place}`, see: word("told.see"),
    line: line(when(one.at), one),
  }));
  keyed(byId("told"), told.reverse(), (one) => el("li", {},
    `${one.line} `,
    el("a", {
      href: `#${one.channel}/${one.message}`,
      "data-focus": "see",
      "aria-label": `${one.see}: ${one.line}`,
    }, one.see)));
}

/** Say where it is that late, if it is not as late in each community. */
function showZones(state) {
  const zones = [...new Set(state.channels.map((room) => room.zone).filter(Boolean))];
  const elsewhere = zones.filter((zone) => when(state.now, "moment", zone) !== when(state.now));
  const others = elsewhere.map((zone) => word("when.city", { city: city(zone), when: when(state.now, "time", zone) }));
  byId("clock-zone").textContent = others.length ? word("when.zone", { when: city(state.zone), city: others.join(", ") }) : "";
}

/** Let the buttons move the clock; `say(sentence)` tells what went wrong. */
export function movesClock(say) {
  const buttons = [...byId("moves").querySelectorAll("[data-move]")];
  for (const button of buttons) button.addEventListener("click", () => move(button, buttons, say));
}

async function move(button, buttons, say) {
  if (button.getAttribute("aria-disabled")) return;
  for (const one of buttons) one.setAttribute("aria-disabled", "true");
  byId("clock-status").textContent = word("clock.moving");
  try {
    const { told } = await post("/api/clock", { move: button.dataset.move });
    byId("clock-status").textContent = told ? count("clock.moved", told) : word("clock.moved.none");
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    byId("clock-status").textContent = "";
    say(refused.message);
  }
  for (const one of buttons) one.removeAttribute("aria-disabled");
}
