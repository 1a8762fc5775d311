// What is marked on a page can be asked about. Without this, the passage is copied into the form.

const LONGEST = 1000;
const SHORTEST = 8;
const WAIT = 250; // milliseconds in which the mark stays as it is

const bar = document.querySelector("[data-portal-ask-bar]");
const shown = bar?.querySelector("[data-portal-ask-passage]");
const ways = [...(bar?.querySelectorAll("[data-portal-ask-way]") ?? [])].map((link) => [link, link.href]);
const main = document.querySelector("main");
let timer;

function marked() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return "";
  const { commonAncestorContainer: place } = selection.getRangeAt(0);
  const element = place.nodeType === Node.ELEMENT_NODE ? place : place.parentElement;
  // What members said is no passage of the page.
  if (!main.contains(element) || element.closest(".section--members, form, [data-portal-ask-bar]")) return "";
  const text = selection.toString().replace(/\s+/g, " ").trim();
  return text.length < SHORTEST ? "" : text.slice(0, LONGEST);
}

function show() {
  // While somebody is on the way to the bar with the keyboard, it stays.
  if (bar.contains(document.activeElement)) return;
  const text = marked();
  bar.hidden = !text;
  if (!text) return;
  shown.textContent = `“${text}”`;
  for (const [link, href] of ways) link.href = `${href}&passage=${encodeURIComponent(text)}`;
}

if (bar) {
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !bar.hidden) {
      getSelection().removeAllRanges();
      bar.hidden = true;
    }
  });
}
