// Beside each address for a calendar program a button that copies it. Without this script it can be selected by hand.
for (const field of document.querySelectorAll("[data-portal-copy]")) {
  if (!navigator.clipboard || field.dataset.portalHasButton) continue;
  field.dataset.portalHasButton = "yes";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button--quiet";
  button.textContent = field.dataset.portalCopy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "quiet";
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    told.textContent = field.dataset.portalCopied;
  });
  field.after(button, told);
}
