// Small comforts. Everything works without them.

// "/" leads to the search field, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("[data-portal-search]");
  if (field) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});

// A menu closes when the focus leaves it, and with Escape.
for (const menu of document.querySelectorAll("header details")) {
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// On a narrow screen the menu is one line to swipe along: show where one is.
document.querySelector(".site-menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// After a form came back with errors, readers of screens and keyboards start at what is wrong.
document.querySelector("[data-portal-error-summary]")?.focus();

// Lists of people at an event are not left behind for whoever uses this browser next, nor kept for long.
if ("caches" in window) {
  const isLoggedOut = !document.querySelector(".account-menu");
  caches.keys().then((names) => {
    for (const name of names) {
      const [kind, , until] = name.split(":");
      if (kind === "check-in" && (isLoggedOut || Number(until) < Date.now())) caches.delete(name);
    }
  });
}
