// What-if: asks the API for the real scorer's answer while a slider moves; without this file the form does the same.
const form = document.querySelector("[data-what-if]");
const decimals = (value, sign) => {
  if (value === null) return "–";
  const said = (sign && value >= 0 ? "+" : "") + value.toFixed(2);
  return document.documentElement.lang === "vi" ? said.replace(".", ",") : said;
};
let newest = 0;

async function score() {
  const turn = ++newest;
  const query = new URLSearchParams([...new FormData(form)].filter(([name]) => name.startsWith("w.")));
  const answer = await fetch(`${form.dataset.whatIf}&${query}`);
  if (!answer.ok || turn !== newest) return;
  const { total, change, rank } = (await answer.json()).what_if;
  form.querySelector("[data-total]").textContent = decimals(total, false);
  form.querySelector("[data-change]").textContent = decimals(change, true);
  form.querySelector("[data-rank]").textContent = rank ?? "–";
}

let waiting;
form?.addEventListener("input", (event) => {
  event.target.parentElement.querySelector("output").textContent = event.target.value;
  clearTimeout(waiting);
  waiting = setTimeout(score, 150);
});
