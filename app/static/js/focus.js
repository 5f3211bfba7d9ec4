// After a part of the page was replaced, the reader's place moves to what is new; a lost connection says so.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-focus]")?.focus({ preventScroll: false });
});

function showLost(isLost) {
  for (const words of document.querySelectorAll("[data-lost]")) words.hidden = !isLost;
}

document.addEventListener("htmx:error", () => showLost(true));
document.addEventListener("htmx:before:request", () => showLost(false));
