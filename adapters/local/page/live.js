// Talking with the playground: acts by POST, what is seen by a live socket that comes back when it is lost.

import { word } from "./words.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

/** What could not be done, as a sentence for the person. */
export class Refused extends Error {}

async function ask(path, given) {
  let answer;
  try {
    answer = await fetch(path, given);
  } catch {
    throw new Refused(word("error.offline"));
  }
  const body = await answer.json().catch(() => ({ error: "malformed" }));
  if (!answer.ok) throw new Refused(word(`error.${body.error ?? "malformed"}`, { count: "?", limit: 4000 }));
  return body;
}

export const get = (path, given) => ask(`${path}?${new URLSearchParams(given)}`);

export const post = (path, body) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

/** Follow what `persona` sees: `seen(state)` at each change, `lost()` and `back()` as the connection goes and comes. */
export function follow(persona, { seen, lost, back }) {
  let socket;
  let wait = FIRST_WAIT;
  let away = false;
  let timer;
  let ended = false;

  function connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/api/live?${new URLSearchParams({ as: persona })}`);
    socket.addEventListener("message", (event) => {
      if (ended) return;
      wait = FIRST_WAIT;
      if (away) back();
      away = false;
      seen(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      if (ended) return;
      if (!away) lost();
      away = true;
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}

/** Return what is wrong with the length of a message, or nothing. */
export function wrongLength(text, limit = 4000) {
  const length = [...text.trim()].length;
  if (length === 0) return word("error.empty");
  return length > limit ? word("error.too_long", { count: length, limit }) : "";
}

