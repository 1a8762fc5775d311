// Short addresses: what a filter does not ask for stays out of the address. Works without, with a longer one.
for (const form of document.querySelectorAll("[data-portal-filters]")) {
  const setDisabled = (isDisabled) => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = isDisabled;
  };
  form.addEventListener("submit", () => setDisabled(true));
  // A page that comes back from the browser's memory comes back as it was left.
  addEventListener("pageshow", () => setDisabled(false));
}
