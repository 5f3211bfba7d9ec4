// The window on the sill: live, awake as long as it may be, and silent about everything but a lost connection.
import { keepFresh } from "./live.js";

const lost = document.getElementById("lost");
const QUIET_AFTER_MS = 6000;
const LOST_AFTER_MS = 20000; // a stream that is made anew within this is no news
let gone;

keepFresh({
  onLink(isThere) {
    clearTimeout(gone);
    if (isThere) lost.textContent = "";
    else gone = setTimeout(() => { lost.textContent = lost.dataset.words; }, LOST_AFTER_MS);
  },
});

let quiet;
function wake() {
  document.body.classList.remove("quiet");
  clearTimeout(quiet);
  quiet = setTimeout(() => document.body.classList.add("quiet"), QUIET_AFTER_MS);
}
for (const name of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(name, wake);
wake();

const full = document.querySelector("[data-full]");
if (document.documentElement.requestFullscreen) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button plain";
  button.textContent = full.dataset.words;
  button.addEventListener("click", async () => {
    await document.documentElement.requestFullscreen();
    await navigator.wakeLock?.request("screen").catch(() => {});
  });
  full.replaceWith(button);
}
