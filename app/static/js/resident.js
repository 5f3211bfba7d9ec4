// The resident's page: "Toch niet" goes when its minute is over. Without this the page still works, by reloading.
import "./focus.js";

let timer;

function plan() {
  clearTimeout(timer);
  const given = document.querySelector("[data-until]");
  if (!given) return;
  timer = setTimeout(() => {
    // Not under somebody's finger: the button comes back when they are not on "Toch niet".
    window.htmx.ajax("GET", "/ik", { target: "#main", select: "#main", swap: "outerHTML" });
  }, Number(given.dataset.until) * 1000);
}

document.addEventListener("htmx:after:swap", plan);
plan();
