// Plays the bump chart: uncovers the lines day by day, and moves each unit's head to its rank of that day.
const player = document.querySelector(".player");
if (player) {
  const range = player.querySelector("[data-day]"), text = player.querySelector("[data-day-text]"), button = player.querySelector("[data-play]");
  const said = button.textContent;
  let timer = 0;
  player.hidden = false;

  function show(turn) {
    const chart = document.querySelector(".bump");
    const days = chart.dataset.days.split(" "), left = Number(chart.dataset.left), right = Number(chart.dataset.right);
    const x = left + turn * (right - left) / (days.length - 1);
    chart.querySelector("#played rect").setAttribute("width", x);
    for (const runner of chart.querySelectorAll(".runner")) {
      const heights = runner.dataset.ranks.split(" "), y = heights[turn];
      const head = runner.querySelector(".head");
      head.toggleAttribute("hidden", !y);
      if (y) head.setAttribute("transform", `translate(${x} ${y})`);
    }
    range.value = turn;
    text.textContent = days[turn];
  }

  function stop() { clearInterval(timer); timer = 0; button.textContent = said; }

  range.addEventListener("input", () => { stop(); show(Number(range.value)); });
  button.addEventListener("click", () => {
    if (timer) { stop(); return; }
    let turn = Number(range.value) >= Number(range.max) ? 0 : Number(range.value);
    button.textContent = button.dataset.pause;
    timer = setInterval(() => { show(turn); if (turn++ >= Number(range.max)) stop(); }, 120);
  });
}
