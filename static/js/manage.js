// The fields of a date that is only known to the day or the month are not asked for. Without this they stand there,
// and are passed over.

for (const form of document.querySelectorAll("[data-portal-precision]")) {
  const fields = ["from_time", "to_time"]
    .map((name) => form.elements[name]?.closest(".field"))
    .filter(Boolean);
  const show = () => {
    const isTimed = form.elements.precision.value === "time";
    for (const field of fields) field.hidden = !isTimed;
  };
  form.addEventListener("change", show);
  show();
}
