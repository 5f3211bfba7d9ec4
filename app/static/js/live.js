// Keeps a page as the server has it: the stream says that something changed, the page itself says what.
const OFTEN_MS = 10 * 60 * 1000; // words such as "vanmiddag" change by themselves
const SOON_MS = 250;

export function keepFresh({ onLink = () => {} } = {}) {
  const { stream, page } = document.body.dataset;
  let waiting;

  async function refresh() {
    let answer;
    try {
      answer = await fetch(page, { headers: { Accept: "text/html" } });
    } catch {
      onLink(false);
      return;
    }
    if (!answer.ok) return location.reload(); // this device is no longer known: the page says what to do
    onLink(true);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (fresh) replaceWhatChanged(document.getElementById("live"), fresh);
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, SOON_MS);
  }

  const source = new EventSource(stream);
  for (const name of ["teken", "gone", "reset"]) source.addEventListener(name, soon);
  source.addEventListener("open", () => { onLink(true); soon(); });
  source.addEventListener("error", () => {
    onLink(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  setInterval(refresh, OFTEN_MS);
}

// Only what differs is replaced: a stroke that is there already does not draw itself again.
function replaceWhatChanged(old, fresh) {
  old.className = fresh.className;
  for (const item of [...old.children]) if (!fresh.querySelector(`[id="${item.id}"]`)) item.remove();
  [...fresh.children].forEach((item, place) => {
    const there = document.getElementById(item.id);
    const wanted = document.importNode(item, true);
    if (there && there.dataset.teken === item.dataset.teken) {
      for (const part of wanted.querySelectorAll(".draws")) part.classList.remove("draws");
    }
    if (!there) old.insertBefore(wanted, old.children[place] ?? null);
    else if (plain(there) !== plain(item)) there.replaceWith(wanted);
    window.htmx?.process(old);
  });
}

function plain(item) {
  return item.outerHTML.replaceAll(" draws", "").replaceAll(/ data-htmx[^=]*="[^"]*"/g, "");
}
