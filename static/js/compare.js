// Says on the button how many sheets are chosen. The browser keeps the choice when one comes back to the list.
for (const form of document.querySelectorAll("[data-portal-compare]")) {
  const count = form.querySelector("[data-portal-compare-count]");
  const show = () => {
    const chosen = [...form.elements].filter((field) => field.name === "sheet" && field.checked).length;
    count.textContent = chosen ? ` (${chosen})` : "";
  };
  document.addEventListener("change", (event) => {
    if (event.target.form === form) show();
  });
  window.addEventListener("pageshow", show);
  show();
}
