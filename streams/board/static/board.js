// What a page does beyond its first paint: it follows changes, reorders rows, and submits controls by themselves.
const live = document.querySelector("#live");
const notice = document.querySelector("#connection");
const announce = document.querySelector("#announce");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

for (const control of document.querySelectorAll("[data-submit]"))
  control.addEventListener("change", () => control.form.requestSubmit());

document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  if (event.key !== "/" || !search || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  search.focus();
});

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// Changes heard of, and changes that the page shows. While it is behind, it claims no newer moment.
let wanted = 0, shown = 0, fetching = false;

async function refresh() {
  wanted++;
  if (fetching) return;
  fetching = true;
  while (shown < wanted) {
    const aim = wanted, answer = await fetch(live.dataset.live, { headers: { accept: "text/html" } }).catch(() => null);
    if (answer?.ok) {
      replace(await answer.text());
      shown = aim;
    } else if (!answer || answer.status === 429 || answer.status >= 500) {
      await new Promise((done) => setTimeout(done, 3000 + 3000 * Math.random()));  // not all viewers at once
    } else break;
  }
  fetching = false;
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const before = places(live);
  const focused = document.activeElement?.closest("[data-unit]")?.dataset.unit;
  live.replaceChildren(...fresh.childNodes);
  if (focused) live.querySelector(`[data-unit="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  let moved = 0;
  for (const row of live.querySelectorAll("[data-unit]")) {
    const old = before.get(row.dataset.unit);
    if (!old || (old.total === row.dataset.total && old.rank === row.dataset.rank)) continue;
    moved += old.rank !== row.dataset.rank;
    row.classList.add(Number(row.dataset.total) < Number(old.total) ? "moved-down" : "moved-up");
    const shift = old.top - row.getBoundingClientRect().top;
    if (shift && !calm.matches)
      row.animate([{ transform: `translateY(${shift}px)` }, { transform: "none" }], { duration: 700, easing: "ease-in-out" });
  }
  if (moved && announce) announce.textContent = announce.dataset.text;
  live.dispatchEvent(new CustomEvent("board:replaced"));
}

function places(root) {
  return new Map([...root.querySelectorAll("[data-unit]")].map((row) =>
    [row.dataset.unit, { top: row.getBoundingClientRect().top, total: row.dataset.total, rank: row.dataset.rank }]));
}

function follow() {
  const source = new EventSource(`/api/v1/changes${sinceThisPage()}`);
  let lost = false;
  source.addEventListener("open", () => { notice.hidden = true; if (lost && live) refresh(); lost = false; });
  source.addEventListener("error", () => { notice.hidden = false; lost = true; });
  source.addEventListener("changed", (event) => {
    if (!live || "past" in live.dataset) return;
    const keys = JSON.parse(event.data).rankings.map((key) => key.join("|"));
    if (!live.dataset.key || keys.includes(live.dataset.key)) refresh();
  });
  source.addEventListener("moment", (event) => moment(JSON.parse(event.data).as_of));
  for (const kind of ["away", "back"]) source.addEventListener(kind, () => location.reload());
}

// What this page was made of: if it is no longer so when the stream begins, the stream says at once what has changed.
function sinceThisPage() {
  if (!live?.dataset.mark) return "";
  const [formula, level, period] = live.dataset.key.split("|");
  return `?${new URLSearchParams({ formula, level, period, mark: live.dataset.mark })}`;
}

function moment(said) {
  const time = live?.querySelector("[data-moment] time");
  if (!time || !said || shown < wanted || "past" in live.dataset) return;
  const at = new Date(said), two = (value) => String(value).padStart(2, "0");
  const local = new Date(at.getTime() + 7 * 3600e3), before = new Date(new Date(time.dateTime).getTime() + 7 * 3600e3);
  if (local.getUTCDate() !== before.getUTCDate()) { refresh(); return; }
  time.dateTime = said;
  time.textContent = time.textContent.replace(/^\d\d:\d\d:\d\d/, `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`);
}

// Deadlines have no stream of their own: they are asked for again, unless somebody is about to press a button.
if (live?.dataset.poll) setInterval(() => {
  if (!document.hidden && !live.contains(document.activeElement) && !live.querySelector("details[open]")) refresh();
}, Number(live.dataset.poll));

if (document.querySelector("[data-reload]")) {
  const source = new EventSource("/api/v1/changes");
  source.addEventListener("back", () => location.reload());
  source.addEventListener("changed", () => location.reload());
} else if (live) follow();
