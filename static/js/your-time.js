// Adds "(13:00 your time)" to times in another place's zone, where the server does not know the reader's.
// The words are those of common/moments.py, whose sentences come in attributes; a test holds both together.

const DAY = 24 * 60 * 60 * 1000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const inDigits = new Intl.DateTimeFormat("en", {
  timeZone: zone,
  calendar: "gregory",
  numberingSystem: "latn",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

// What the reader's clock shows, as the datetime attribute writes it: "2027-05-03T14:00".
function shown(at) {
  const part = Object.fromEntries(inDigits.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

function offset(at) {
  return Date.parse(`${shown(at)}Z`) - Math.floor(at / 60000) * 60000;
}

// Clocks that are put back show some times twice.
function isShownTwice(at) {
  return [at - DAY, at + DAY]
    .map((near) => at + offset(at) - offset(near))
    .some((other) => other !== at && shown(other) === shown(at));
}

function offsetInWords(at) {
  const minutes = Math.round(offset(at) / 60000);
  const rest = Math.abs(minutes) % 60;
  const hours = (Math.abs(minutes) - rest) / 60;
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

const filled = (sentence, words) => sentence.replace(/%\((\w+)\)s/g, (_, name) => words[name]);

function yourTime(element) {
  const { portalYourTime, portalOnDay, portalSeveralDays, portalEnd, portalWithDay, portalLocale } = element.dataset;
  const start = Date.parse(element.dateTime);
  const end = Date.parse(portalEnd);
  const there = [element.dateTime.slice(0, 16), portalEnd.slice(0, 16)];
  const here = [shown(start), shown(end)];
  if (String(here) === String(there)) return;

  const words = (options) => new Intl.DateTimeFormat(portalLocale, { timeZone: zone, ...options });
  const clock = (at) => words({ timeStyle: "short" }).format(at) + (isShownTwice(at) ? `\u00a0${offsetInWords(at)}` : "");
  // Of the first of a month, French says "1er", which the CLDR leaves out.
  const withFirstDay = (text) => (portalLocale === "fr" ? text.replace(/^1(?=\s)/, "1er") : text);
  const day = (at) => withFirstDay(words({ dateStyle: "long" }).format(at));
  const shortDay = (at) => withFirstDay(words({ day: "numeric", month: "long" }).format(at));
  const dash = isShownTwice(start) || isShownTwice(end) ? " – " : "–";
  const times = start === end ? clock(start) : clock(start) + dash + clock(end);

  const days = [...there, ...here].map((text) => text.slice(0, 10));
  const sameDays = days[0] === days[2] && days[1] === days[3];
  let reader;
  if (days[2] !== days[3]) {
    reader = filled(portalSeveralDays, {
      first_day: day(start),
      start: clock(start),
      last_day: day(end),
      end: clock(end),
    });
  } else if (sameDays) {
    reader = times;
  } else {
    const sameYear = days[0].slice(0, 4) === days[2].slice(0, 4);
    reader = filled(portalOnDay, { times, day: sameYear ? shortDay(start) : day(start) });
  }
  const place = sameDays ? element.textContent : (portalWithDay ?? element.textContent);
  element.textContent = filled(portalYourTime, { there: place, here: reader });
}

if (zone) document.querySelectorAll("[data-portal-your-time]").forEach(yourTime);
