// A button that copies, made only where copying works.
for (const place of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = place.dataset.words;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(place.dataset.copy).textContent.trim());
    button.textContent = place.dataset.done;
  });
  place.append(button);
}
