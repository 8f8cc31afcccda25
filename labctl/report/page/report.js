// SPDX-License-Identifier: Apache-2.0
//
// Draws a chart above each table that has one. The page is complete without: each chart shows rows
// of the table below it, which come again as JSON in #data, under the id of the section. The charts
// are in charts.js and evidence.js; these files stand in the page one after the other, this one last.
"use strict";

(() => {
  const { charts } = page;

  // ---- drawing ----

  function draw(section, table) {
    const place = section.querySelector(".chart");
    const details = section.querySelector("details");
    const width = Math.floor(Math.min(1080, section.clientWidth));
    const made = charts[table.chart] ? charts[table.chart](table, width) : [];
    place.replaceChildren(...made);
    if (!made.length) return;
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", `Chart: ${table.title}. Its figures stand in the table that follows.`);
    if (details && !details.dataset.touched) details.open = false;
  }

  const tables = JSON.parse(document.getElementById("data").textContent);
  const sections = [...document.querySelectorAll(".figure")].filter((section) => tables[section.id] && section.querySelector(".chart"));

  // One a frame, so that the page can be read meanwhile; "drawn" is what tests wait for.
  function drawAll(rest) {
    const [section, ...others] = rest;
    if (!section) {
      document.documentElement.dataset.drawn = "yes";
      return;
    }
    draw(section, tables[section.id]);
    setTimeout(drawAll, 0, others);
  }

  let last = document.documentElement.clientWidth;
  let timer = 0;
  addEventListener("resize", () => {
    if (document.documentElement.clientWidth === last) return;
    last = document.documentElement.clientWidth;
    clearTimeout(timer);
    timer = setTimeout(drawAll, 150, sections);
  });
  for (const summary of document.querySelectorAll("summary"))
    summary.addEventListener("click", () => { summary.parentElement.dataset.touched = "yes"; });
  requestAnimationFrame(() => setTimeout(drawAll, 0, sections));
})();
