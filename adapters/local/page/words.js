// The page's own words in its language, and dates as people say them.

let all = { en: {}, fr: {} };
let language = "en";
let zone = "UTC";
let cities = {};

export async function loadWords() {
  all = await (await fetch("/static/words.json")).json();
}

export function speak(newLanguage, newZone, newCities) {
  language = newLanguage in all ? newLanguage : "en";
  zone = newZone || "UTC";
  cities = newCities ?? cities;
}

export const spoken = () => language;

export function word(key, given = {}) {
  const text = all[language][key] ?? all.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = given[name];
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : (value ?? whole);
  });
}

export function count(key, number, given = {}) {
  const form = new Intl.PluralRules(language).select(number) === "one" ? "one" : "other";
  return word(`${key}.${form}`, { count: number, ...given });
}

/** Format an instant in the persona's zone or another: `date` (Monday 30 November), `time` (09:00) or `moment` (both). */
export function when(iso, style = "moment", there = zone) {
  const at = new Date(iso);
  const french = language === "fr";
  const day = new Intl.DateTimeFormat(french ? "fr" : "en-GB", {
    weekday: "long", day: "numeric", month: "long", timeZone: there,
  }).format(at).replace(",", "");
  const date = french ? day.replace(/ 1 /, " 1er ") : day;
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: there,
  }).format(at);
  const [hour, minute] = clock.split(":");
  const time = french ? `${Number(hour)}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}` : clock;
  return { date, time, moment: `${date}${french ? " à" : ","} ${time}` }[style];
}

/** Format an instant in the persona's zone, naming it where the clocks of a community, in `there`, show something else. */
export function whenHere(iso, style, there) {
  const here = when(iso, style);
  return there && when(iso, style, there) !== here ? word("when.zone", { when: here, city: city(zone) }) : here;
}

/** Format an instant in the persona's zone, and beside it in a community's where its clocks show something else. */
export function whenThere(iso, there) {
  const here = when(iso);
  if (!there || when(iso, "moment", there) === here) return here;
  const style = when(iso, "date", there) === when(iso, "date") ? "time" : "moment";
  return word("when.zone", { when: here, city: word("when.city", { city: city(there), when: when(iso, style, there) }) });
}

/** Return how the city of a zone is called. */
export const city = (of) => cities[of]?.[language] ?? of;

/** Say how large a file is: 812 bytes, 2.4 kB. */
export function size(bytes) {
  const [value, unit] = bytes < 1000 ? [bytes, "byte"] : [bytes / 1000, "kilobyte"];
  return new Intl.NumberFormat(language, {
    style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: 1,
  }).format(value);
}

export const list = (names) => new Intl.ListFormat(language, { type: "conjunction" }).format(names);

/** Put the page's words where `data-word` and `data-label` ask for them. */
export function translate(root = document) {
  document.documentElement.lang = language;
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
}
