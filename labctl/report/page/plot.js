// SPDX-License-Identifier: Apache-2.0
//
// What all charts share: numbers as the tables have them, rows, scales, and plots of one look.
//
//	page.charts[name](table, width) -> elements      name: of the table's "chart"
//
// Text in the rows comes from strangers: it goes into text nodes (Plot makes no markup of labels,
// and heading() none of its words), never into innerHTML.
"use strict";

const page = (() => {
  const INK = "var(--ink)", MUTED = "var(--muted)", LINE = "var(--line)";
  const VERDICTS = {
    faster: ["var(--green)", "circle"],
    slower: ["var(--red)", "square"],
    "no difference shown": ["var(--orange)", "diamond"],
    "not precise enough": ["var(--purple)", "triangle"],
  };

  // ---- numbers, as the tables have them ----

  const times = (x) => x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toFixed(3);
  const trim = (x) => String(Number(x.toPrecision(3)));
  const scaled = (units, step) => (x) => {
    let i = 0;
    while (Math.abs(x) >= step && i + 1 < units.length) {
      x /= step;
      i++;
    }
    return `${trim(x)} ${units[i]}`;
  };
  const time = scaled(["ns", "µs", "ms", "s"], 1000);
  const bytes = scaled(["B", "KiB", "MiB", "GiB", "TiB"], 1024);
  const count = (x) => x.toLocaleString("en");
  const plain = (x) => Number.isInteger(x) || Math.abs(x) >= 1000 ? count(Math.round(x)) : trim(x);
  const FORMATS = { ns: time, bytes, times, count, number: plain, share: (x) => `${trim(100 * x)}%` };

  // ---- rows ----

  const objects = (table) =>
    table.rows.map((row) => Object.fromEntries(table.columns.map((c, i) => [c.key, row[i]])));
  const label = (table, key) => (table.columns.find((c) => c.key === key) || { label: key }).label;
  const distinct = (rows, key) => [...new Set(rows.map((row) => row[key]))];
  const groups = (rows, key) => distinct(rows, key).map((value) => [value, rows.filter((row) => row[key] === value)]);
  const finite = (x) => typeof x === "number" && Number.isFinite(x);
  const positive = (x) => finite(x) && x > 0;

  // One row for each of the keys that has a value: {...row, series: label, value}.
  const long = (table, rows, keys, keep = positive) =>
    keys.flatMap((key) => rows.filter((row) => keep(row[key])).map((row) => ({ ...row, series: label(table, key), value: row[key] })));

  // ---- what all plots share ----

  const margin = (words, width) =>
    Math.round(Math.min(0.38 * width, 16 + 7 * Math.max(3, ...words.map((word) => String(word).length))));
  const short = (words, room) => {
    const most = Math.max(4, Math.floor((room - 12) / 7));
    return (word) => String(word).length > most ? `${String(word).slice(0, most - 1)}…` : String(word);
  };

  // D3 leaves labels of a logarithmic axis out to keep powers apart, and ours are chosen to fit: so
  // they are put in its place.
  const axisOf = { x: Plot.axisX, y: Plot.axisY };
  const chosen = (scale) => scale && scale.type === "log" && Array.isArray(scale.ticks) && scale.axis !== null;

  function plot(given) {
    const options = { ...given, marks: [...given.marks] };
    for (const [name, axis] of Object.entries(axisOf)) {
      const scale = given[name];
      if (!chosen(scale)) continue;
      options[name] = { ...scale, axis: null };
      options.marks.push(axis(scale.ticks, { text: scale.tickFormat, label: scale.label }));
    }
    const made = Plot.plot({ ...options, style: { background: "transparent", overflow: "visible" } });
    made.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    return made;
  }

  function heading(words) {
    const element = document.createElement("p");
    element.className = "what";
    element.textContent = words;
    return element;
  }

  function note(words) {
    const element = document.createElement("p");
    element.className = "note";
    element.textContent = words;
    return element;
  }

  // A category a line, with names on the left. Log axes need room for their labels.
  function lines(names, width, options) {
    const left = margin(names, width);
    const x = { grid: true, ticks: Math.max(2, Math.round((width - left) / 90)), ...options.x };
    return plot({
      width,
      marginLeft: left,
      marginRight: 36,
      height: 26 * names.length + 50,
      marginBottom: 40,
      marginTop: 8,
      ...options,
      x,
      y: { domain: names, label: null, tickFormat: short(names, left), tickSize: 0, ...options.y },
    });
  }

  // Round values of a logarithmic axis, the most that stand `least` pixels apart: powers of two for
  // bytes; else tens, or fives, threes and twos where tens say nothing.
  const STEPS = [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];

  function logTicks([low, high], room, format, least) {
    const pixels = room / Math.log(high / low);
    const apart = (ticks) => ticks.every((at, i) => i === 0 || Math.log(at / ticks[i - 1]) * pixels >= least);
    const powers = (base, steps) => d3.range(Math.floor(Math.log(low) / Math.log(base)), Math.ceil(Math.log(high) / Math.log(base)) + 1)
      .flatMap((power) => steps.map((step) => step * base ** power)).filter((at) => at >= low && at <= high);
    const [bases, steps] = format === bytes ? [[2, 4, 16, 256, 4096], [[1]]] : [[10], STEPS];
    const sets = bases.flatMap((base) => steps.map((step) => powers(base, step)));
    const found = sets.find((ticks) => ticks.length > 1 && apart(ticks));
    if (found) return found;
    const straight = d3.ticks(low, high, Math.max(2, room / least / 1.5));
    return high / low < 10 && apart(straight) ? straight : every(sets[sets.length - 1], room / least);
  }

  // As many of the values as there is room for.
  function every(values, room) {
    const step = Math.max(1, Math.ceil(values.length / Math.max(2, room)));
    return values.filter((_, i) => i % step === 0);
  }

  // Of values that were measured at, those with room for a label; the last is one of them.
  function roomy(values, room, least) {
    const pixels = room / Math.log(values[values.length - 1] / values[0]);
    return [...values].reverse().reduce((kept, at) => kept.length && Math.log(kept[kept.length - 1] / at) * pixels < least ? kept : [...kept, at], []).reverse();
  }

  function logScale(values, room, format, name, least = 64, beyond = 1.08) {
    const usable = values.filter(positive);
    const domain = [Math.min(...usable) / beyond, Math.max(...usable) * beyond];
    return { type: "log", domain, ticks: logTicks(domain, room, format, least), tickFormat: format, label: name, grid: true };
  }

  const SERIES = [["var(--blue)", "circle"], ["var(--orange)", "triangle"], ["var(--green)", "square"], ["var(--purple)", "diamond"], ["var(--red)", "star"], ["var(--sky)", "cross"], ["var(--muted)", "wye"], [INK, "hexagon"]];
  const legend = (names, looks = SERIES) => ({
    color: { type: "categorical", domain: names, range: names.map((_, i) => looks[i % looks.length][0]) },
    symbol: { domain: names, range: names.map((_, i) => looks[i % looks.length][1]), legend: names.length > 1 },
  });

  return {
    charts: {}, bytes, count, distinct, every, finite, FORMATS, groups, heading, INK, label, legend,
    LINE, lines, logScale, long, margin, MUTED, note, objects, plain, plot, positive, roomy, short,
    time, times, trim, VERDICTS,
  };
})();
