// One message: who, when, what, and what can be done with it.

import { el } from "./dom.js";
import { message as tree } from "./tree.js";
import { count, list, when, whenHere, word } from "./words.js";

const COUNTED = "📥"; // counts a message as an answer, when whoever is in charge puts it there
const EMOJI = ["👍", "❤️", "💡", "🙏", "👀", "✅", COUNTED];

/** Return what `keyed` shows: the messages, with a line where a day begins. */
export function rows(messages, view) {
  const found = [];
  let day = "";
  for (const message of messages) {
    const date = when(message.at, "date");
    if (date !== day) found.push({ key: `day ${date} ${message.id}`, day: date });
    day = date;
    found.push({ key: message.id, message, ...view(message) });
  }
  return found;
}

/** Make the node of a row; `room` answers who is who and does what is asked. */
export function make(row, room) {
  if (row.day) return el("li", { class: "day" }, row.day);
  const { message } = row;
  const name = room.name(message.author);
  const bot = room.isBot(message.author);
  const node = el("li", {
    class: `message${message.whisper ? " whisper" : ""}${row.found ? " found" : ""}${row.inThread && !message.thread ? " root" : ""}`,
    id: `${row.inThread ? "t-" : ""}${message.id}`,
    tabindex: "-1",
    "data-focus": "message",
  });
  node.append(
    face(name, bot),
    el("div", {},
      el("div", { class: "who" },
        el("strong", {}, name),
        bot && el("span", {}, word("bot")),
        row.coordinates && el("span", {}, word("coordinator")),
        el("time", { datetime: message.at }, whenHere(message.at, "time", row.zone)),
        message.edited && el("span", {}, word("edited")),
        message.whisper && !row.direct && el("span", {}, word("whisper")),
      ),
      row.editing ? editor(message, room) : el("div", { class: "body" }, ...words(row, room)),
      !row.editing && under(row, room),
      !row.editing && !message.gone && !message.whisper && acts(row, name, room),
    ),
  );
  return node;
}

function face(name, bot) {
  const initials = name.split(/[\s-]+/).map((part) => part[0]).slice(0, 2).join("");
  return el("span", { class: `face${bot ? " bot" : ""}`, "aria-hidden": "true" }, initials);
}

function words({ message, zone }, room) {
  if (message.gone) return [el("p", { class: "gone" }, word("deleted"))];
  return tree(message.body, { ...room, zone, press: (action, value) => room.press(message, action, value) });
}

function under(row, room) {
  const { message } = row;
  const line = el("div", { class: "under" });
  if (message.whisper) {
    line.append(button("dismiss", word("dismiss"), () => room.dismiss(message)));
    return line;
  }
  for (const [emoji, who] of Object.entries(message.reactions)) line.append(reaction(message, emoji, who, room));
  const asks = room.isBot(message.author) && !message.gone && !row.direct; // what the bot asks shows how to answer it
  if (!row.inThread && (row.replies || asks)) {
    line.append(el("button", {
      type: "button", class: "plain answers", "data-focus": "answers", onclick: () => room.openThread(message.id, !row.replies),
      "aria-label": row.replies ? null : word("answer.to", { name: room.name(message.author) }),
    }, row.replies ? count("replies", row.replies) : word("answer")));
  }
  return line;
}

function reaction(message, emoji, who, room) {
  const mine = who.includes(room.me);
  return el("button", {
    type: "button",
    class: "reaction",
    "data-focus": `reaction ${emoji}`,
    "aria-pressed": String(mine),
    "aria-label": count("reaction", who.length, { emoji, names: list(who.map(room.name)) }),
    title: list(who.map(room.name)),
    onclick: () => room.react(message, emoji, !mine),
  }, `${emoji} ${who.length}`);
}

function acts(row, name, room) {
  const { message } = row;
  const mine = message.author === room.me;
  const made = el("span", { class: "acts" });
  if (!row.reacting && !row.inThread && !room.isBot(message.author)) made.append(button("answer", word("answer"), () => room.openThread(message.id, true), word("answer.to", { name })));
  made.append(el("button", {
    type: "button", class: "plain", "data-focus": "react", "aria-expanded": String(Boolean(row.reacting)),
    "aria-label": word("react.to", { name }), onclick: () => room.chooseReaction(row.reacting ? null : message.id),
  }, word("react")));
  if (row.reacting) made.append(...emojis(message, room));
  if (mine && !row.reacting) {
    made.append(
      button("edit", word("edit"), () => room.edit(message.id), word("edit.own")),
      button("delete", word("delete"), () => room.remove(message), word("delete.own")),
    );
  }
  return made;
}

function emojis(message, room) {
  return EMOJI.map((emoji) => el("button", {
    type: "button", class: "plain emoji", "data-focus": `emoji ${emoji}`, "aria-label": emoji === COUNTED ? word("react.counted", { emoji }) : word("react.with", { emoji }),
    title: emoji === COUNTED ? word("react.counted", { emoji }) : null,
    onclick: () => room.react(message, emoji, true),
    onkeydown: (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      room.chooseReaction(null);
    },
  }, emoji));
}

const button = (focus, text, act, label) => el("button", {
  type: "button", class: "plain", "data-focus": focus, "aria-label": label, onclick: act,
}, text);

function editor(message, room) {
  const problem = el("p", { class: "error", id: `edit-error-${message.id}`, role: "alert" });
  const box = el("textarea", {
    rows: "3", "data-focus": "editor", "aria-label": word("edit.own"), "aria-describedby": problem.id,
    oninput: (event) => room.keepEdit(event.target.value),
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        event.target.form.requestSubmit();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        room.edit(null);
      }
    },
  });
  box.value = room.keptEdit() ?? message.markdown;
  return el("form", {
    novalidate: true,
    onsubmit: async (event) => {
      event.preventDefault();
      problem.textContent = await room.saveEdit(message, box.value);
    },
  }, box, problem, el("div", { class: "row choices" },
    el("button", { type: "submit", "data-focus": "save" }, word("save")),
    button("cancel", word("cancel"), () => room.edit(null)),
  ));
}
