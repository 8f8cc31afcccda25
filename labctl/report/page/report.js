// SPDX-License-Identifier: Apache-2.0
//
// Draws a chart above each table that has one. The page is complete without: each chart shows rows
// of the table below it, which come again as JSON in #data, under the id of the section. The charts
// are in charts.js and evidence.js; these files stand in the page one after the other, this one last.
"use strict";

(() => {
  const { charts } = page;

  const tables = JSON.parse(document.getElementById("data").textContent);
  const sections = [...document.querySelectorAll(".figure")].filter((section) => tables[section.id] && section.querySelector(".chart"));

  // ---- drawing ----

  // A section within closed details has no width of its own; all are as wide as the page.
  const pageWidth = () => Math.floor(Math.min(1080, document.querySelector("main").clientWidth));

  function draw(section, width) {
    const table = tables[section.id];
    const place = section.querySelector(".chart");
    const details = section.querySelector(".rows");
    const made = charts[table.chart] ? charts[table.chart](table, width) : [];
    place.replaceChildren(...made);
    if (!made.length) return;
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", `Chart: ${table.title}. Its figures stand in the table that follows.`);
    if (details && !details.dataset.touched) details.open = false;
  }

  // One a frame, so that the page can be read meanwhile; one that fails is told on the console and
  // leaves its table. "drawn" is what tests wait for.
  function drawAll(rest) {
    const [section, ...others] = rest;
    if (!section) {
      document.documentElement.dataset.drawn = "yes";
      return;
    }
    try {
      draw(section, pageWidth());
    } finally {
      setTimeout(drawAll, 0, others);
    }
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

  // ---- paper ----

  // Charts are drawn for its width (A4 less its margins), or their words would shrink with them. What
  // is closed is opened, but for the figures of charts, which report.css leaves out.
  const PAPER = 680;
  let opened = [];

  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open], .rows)")];
    for (const details of opened) details.open = true;
    for (const section of sections) draw(section, PAPER);
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    for (const section of sections) draw(section, pageWidth());
  });

  // ---- contents ----

  // Marks the chapter that is being read, and keeps its name in sight.
  function follow(contents) {
    const links = new Map([...contents.querySelectorAll("a")].map((link) => [document.getElementById(link.hash.slice(1)), link]));
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const link = links.get(target);
        if (!isIntersecting) {
          link.removeAttribute("aria-current");
          continue;
        }
        link.setAttribute("aria-current", "true");
        contents.scrollTo({ left: link.offsetLeft - (contents.clientWidth - link.offsetWidth) / 2 });
      }
    }, { rootMargin: "-20% 0px -80% 0px" });
    for (const target of links.keys()) watch.observe(target);
  }

  const contents = document.querySelector(".contents");
  if (contents) follow(contents);
})();
