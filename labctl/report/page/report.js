// SPDX-License-Identifier: Apache-2.0
//
// Draws a chart above each table that has one. The page is complete without: each chart shows rows
// of the table below it, which come again as JSON in #data, under the id of the section.
//
//	charts[name](table, width) -> elements      name: of the table's "chart"
//
// Text in the rows comes from strangers: it goes into text nodes (Plot makes no markup of labels,
// and heading() none of its words), never into innerHTML.
"use strict";

(() => {
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
    const element = document.createElement("h4");
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

  const charts = {};

  // ---- over all records ----

  charts.overview = (table, width) => {
    const rows = objects(table).map((row) => VERDICTS[row.verdict] ? row : { ...row, times: null, low: null, high: null });
    const shown = Object.keys(VERDICTS).filter((verdict) => rows.some((row) => row.verdict === verdict && positive(row.times)));
    const bounds = rows.flatMap((row) => [row.times, row.low, row.high]).concat(1).filter(positive);
    const looks = legend(shown, shown.map((verdict) => VERDICTS[verdict]));
    const left = margin(rows.map((row) => row.variant), width);
    let first = shown.length > 0;
    return groups(rows, "exercise").flatMap(([exercise, group]) => {
      if (group.every((row) => !positive(row.times) && !isWrong(row)))
        return [heading(exercise), note(groups(group, "verdict").map(([verdict, of]) => `${verdict || "not measured"}: ${of.map((row) => row.variant).join(", ")}`).join("; "))];
      const made = forest(group, "variant", width, left, bounds, { ...looks, symbol: { ...looks.symbol, legend: first } });
      first = false;
      return [heading(exercise), made];
    });
  };

  const isWrong = (row) => ["wrong", "failed"].includes(row.verdict);

  // Dots and intervals, named on the left; in words what has no number.
  function forest(rows, y, width, left, bounds, looks, series = "verdict") {
    const found = rows.filter((row) => positive(row.times));
    return lines(distinct(rows, y), width, {
      ...looks,
      marginLeft: left,
      marginRight: 64,
      x: logScale(bounds, width - left - 64, (x) => `${trim(x)}×`, "times faster →"),
      marks: [
        Plot.ruleX([1], { stroke: INK, strokeWidth: 1.5 }),
        Plot.ruleY(found.filter((row) => positive(row.low) && positive(row.high)), { y, x1: "low", x2: "high", stroke: series, strokeWidth: 3, className: "interval" }),
        Plot.dot(found, { y, x: "times", fill: series, symbol: series, r: 5, tip: true, channels: { from: "low", to: "high" } }),
        Plot.text(found, { y, x: (row) => positive(row.high) ? Math.max(row.high, row.times) : row.times, text: (row) => `${times(row.times)}×`, textAnchor: "start", dx: 10, fill: INK, fontWeight: 600 }),
        Plot.text(rows.filter((row) => !positive(row.times) && isWrong(row)), { className: "wrong", y, x: 1, text: (row) => `✕ ${row.verdict}`, textAnchor: "start", dx: 10, fill: "var(--red)" }),
        Plot.text(rows.filter((row) => !positive(row.times) && !isWrong(row)), { className: "unmeasured", y, x: 1, text: (row) => row.verdict || "not measured", textAnchor: "start", dx: 10, fill: MUTED }),
      ],
    });
  }

  charts.agreement = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.times));
    const records = distinct(rows, "record");
    const bounds = rows.flatMap((row) => [row.times, row.low, row.high]).concat(1).filter(positive);
    const left = margin(rows.map((row) => row.variant), width);
    return groups(rows, "exercise").flatMap(([exercise, group], i) => {
      const looks = legend(records);
      const y = "line";
      const named = group.map((row) => ({ ...row, line: `${row.variant}\u200b${"\u200b".repeat(records.indexOf(row.record))}` }))
        .sort((a, b) => group.findIndex((g) => g.variant === a.variant) - group.findIndex((g) => g.variant === b.variant));
      return [heading(exercise), forest(named, y, width, left, bounds, { ...looks, symbol: { ...looks.symbol, legend: i === 0 } }, "record")];
    });
  };

  // ---- of one record ----

  // Series one below the other within a line, so that none hides another.
  function series(table, rows, keys, width, name, format, axis, keep) {
    const points = long(table, rows, keys, keep);
    if (!points.length) return [];
    const names = distinct(rows, "variant");
    const kinds = distinct(points, "series");
    return [
      heading(name),
      lines(names, width, {
        ...legend(kinds),
        height: (20 + 6 * kinds.length) * names.length + 50,
        x: axis(points.map((point) => point.value), width - margin(names, width) - 36),
        marks: kinds.map((kind, i) =>
          Plot.dot(points.filter((point) => point.series === kind), { dy: 6 * (i - (kinds.length - 1) / 2), x: "value", y: "variant", fill: "series", symbol: "series", r: 4.5, tip: { format: { x: format } } })),
      }),
    ];
  }

  charts.cost = (table, width) => {
    const rows = objects(table);
    const log = (values, room) => logScale(values, room, time, "time →");
    const line = (values) => ({ domain: [0, 1.05 * Math.max(...values)], tickFormat: bytes, ticks: memoryTicks(Math.max(...values), width), label: "memory →", nice: false });
    return [
      ...(table.facts && table.facts.series
        ? [...series(table, rows, ["wall_ns"], width, "time of one steady call", time, log), ...series(table, rows, ["cpu_ns"], width, "CPU of all calls, and of compiling", time, log)]
        : series(table, rows, ["wall_ns", "cpu_ns", "service_cpu_ns"], width, "time", time, log)),
      ...series(table, rows, ["anon_peak_bytes", "file_bytes", "memory_peak_bytes"], width, "memory", bytes, line),
      ...series(table, rows, ["io_calls"], width, "reads and writes", count, (values, room) => logScale(values, room, count, "calls →")),
      ...series(table, rows, ["io_rate"], width, "bytes read and written a second", bytes, (values, room) => logScale(values, room, bytes, "bytes/s →")),
    ];
  };

  // Round in powers of two, as memory is counted.
  function memoryTicks(most, width) {
    let step = 2 ** Math.ceil(Math.log2(most / Math.max(2, Math.min(6, width / 130))));
    return d3.range(0, most * 1.05, step);
  }

  charts.blocks = (table, width) => {
    const grid = document.createElement("div");
    const intervals = table.facts.intervals || {};
    grid.className = "multiples";
    for (const [variant, rows] of groups(objects(table).filter((row) => positive(row.times)), "variant")) {
      const cell = document.createElement("div");
      const across = Math.max(1, Math.floor((width + 20) / (248 + 20))); // as .multiples lays them out
      const room = Math.floor((width - 20 * (across - 1)) / across);
      cell.append(heading(variant), ofBlocks(rows, intervals[variant], room));
      grid.append(cell);
    }
    return [grid];
  };

  function ofBlocks(rows, interval, width) {
    const values = rows.map((row) => row.times).concat(interval ? [interval.low, interval.high].filter(positive) : []);
    const blocks = rows.map((row) => row.block);
    const y = logScale(values, 110, (x) => `${trim(x)}×`, null, 24, 1.03);
    const band = interval && positive(interval.low) ? [interval] : [];
    return plot({
      width,
      height: 170,
      marginLeft: 52,
      marginBottom: 36,
      x: { label: "block →", domain: [Math.min(...blocks) - 0.5, Math.max(...blocks) + 0.5], tickFormat: (x) => Number.isInteger(x) ? x : "", ticks: Math.min(8, blocks.length) },
      y,
      marks: [
        Plot.rect(band, { y1: "low", y2: "high", fill: "var(--blue)", fillOpacity: 0.16, className: "interval" }),
        Plot.ruleY(band, { y: "estimate", stroke: "var(--blue)", strokeWidth: 1.5 }),
        y.domain[0] < 1 && y.domain[1] > 1 ? Plot.ruleY([1], { stroke: INK, strokeDasharray: "2,3" }) : null,
        Plot.dot(rows, { x: "block", y: "times", r: 4, stroke: "var(--blue)", strokeWidth: 1.5, fill: (row) => row.taint ? "var(--paper)" : "var(--blue)", tip: true, channels: { disturbed: (row) => row.taint || "no" } }),
      ],
    });
  }

  charts.samples = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.wall_ns));
    if (!rows.length) return [];
    const names = table.facts.names.filter((name) => rows.some((row) => row.variant === name));
    const used = rows.filter((row) => row.used === "yes");
    const left = margin(names, width);
    const x = logScale(rows.map((row) => row.wall_ns), width - left - 36, time, `${label(table, "wall_ns")} →`);
    return [plot({
      width,
      marginLeft: left,
      marginRight: 36,
      marginBottom: 40,
      height: 34 * names.length + 60,
      x,
      y: { axis: null },
      fy: { domain: names, label: null, axis: null },
      marks: [
        Plot.frame({ stroke: "none", fill: "var(--raised)", insetTop: 1, insetBottom: 1 }),
        Plot.gridX(x.ticks, { stroke: LINE, strokeOpacity: 1 }),
        Plot.tickX(used, Plot.groupZ({ x: "median" }, { x: "wall_ns", fy: "variant", z: "variant", stroke: "var(--orange)", strokeWidth: 3, insetTop: -1, insetBottom: -1 })),
        Plot.dot(rows, Plot.dodgeY({ x: "wall_ns", fy: "variant", anchor: "middle", r: 3.2, padding: 0, stroke: (row) => row.ending === "ok" ? "var(--blue)" : "var(--red)", fill: (row) => row.used === "yes" ? "var(--blue)" : "var(--paper)", symbol: (row) => row.ending === "ok" ? "circle" : "times", tip: { format: { x: time, stroke: false, fill: false, symbol: false } }, channels: { block: "block", ending: "ending", disturbed: "taints" } })),
        Plot.text(names, { fy: (name) => name, text: short(names, left), frameAnchor: "left", textAnchor: "end", dx: -8, fill: INK }),
      ],
      symbol: { type: "identity" },
    })];
  };

  charts.latency = (table, width) => {
    const rows = objects(table);
    const keys = ["p50_ns", "p95_ns", "p99_ns"];
    const points = long(table, rows, keys);
    if (!points.length) return [];
    const names = table.facts.names.filter((name) => rows.some((row) => row.variant === name));
    const left = margin(names, width);
    const looks = legend(distinct(points, "series"));
    const x = logScale(points.map((point) => point.value), width - left - 36, time, "response time →");
    return [plot({
      width,
      marginLeft: left,
      marginRight: 36,
      marginBottom: 40,
      height: 40 * names.length + 64,
      ...looks,
      x,
      y: { domain: keys.map((key) => label(table, key)), axis: null },
      fy: { domain: names, label: null, axis: null },
      marks: [
        Plot.frame({ stroke: "none", fill: "var(--raised)" }),
        Plot.gridX(x.ticks, { stroke: LINE, strokeOpacity: 1 }),
        Plot.dot(points, { x: "value", y: "series", fy: "variant", fill: "series", symbol: "series", r: 3.5, fillOpacity: 0.8, tip: { format: { x: time } }, channels: { block: "block" } }),
        Plot.text(names, { fy: (name) => name, text: short(names, left), frameAnchor: "left", textAnchor: "end", dx: -8, fill: INK }),
      ],
    })];
  };

  charts.hits = (table, width) => {
    const rows = objects(table);
    return [lines(distinct(rows, "variant"), width, {
      x: { domain: [0, 1], tickFormat: FORMATS.share, label: "share of look-ups answered →" },
      marks: [Plot.dot(rows, { x: "hits", y: "variant", fill: "var(--blue)", r: 5, tip: true })],
    })];
  };

  charts.builds = (table, width) => series(table, objects(table), ["build_ns", "sanitize_ns", "trial_ns"], width, "time", time, (values, room) => logScale(values, room, time, "time →"));

  // ---- series of calls ----

  charts.warmup = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.ns));
    const looks = legend(distinct(rows, "variant"));
    if (!rows.length) return [];
    return [plot({
      width,
      height: 360,
      marginLeft: 64,
      marginBottom: 40,
      ...looks,
      x: logScale(rows.map((row) => row.call), width - 90, count, "call →"),
      y: logScale(rows.map((row) => row.ns), 280, time, "↑ time", 30),
      marks: [
        Plot.dot(rows, { x: "call", y: "ns", fill: "variant", symbol: "variant", r: 2.5, fillOpacity: 0.55, tip: { format: { y: time } } }),
        Plot.line(rows.filter((row) => positive(row.level_ns)), { className: "level", x: "call", y: "level_ns", z: "variant", stroke: "variant", strokeWidth: 2, curve: "step-after" }),
      ],
    })];
  };

  charts.warm = (table, width) => series(table, objects(table), ["cold_ns", "steady_ns"], width, "the first call, and a steady one", time, (values, room) => logScale(values, room, time, "time →"));

  // ---- sweeps ----

  // Over the axis with the most values; a plot for each combination of the others.
  charts.sweep = (table, width) => {
    const axes = [...table.facts.axes].sort((a, b) => b.values.length - a.values.length);
    const [along, ...others] = axes;
    const rows = objects(table).map((row) => ({ ...row, beside: others.map((axis) => `${axis.name} ${row[axis.name]}`).join(", ") }));
    const names = distinct(rows, "variant");
    const looks = legend(names);
    const part = (name, key, format, low, high) => {
      const shown = rows.filter((row) => key !== "times" || row.verdict !== "the baseline"); // which is 1
      const values = shown.flatMap((row) => [row[key], row[low], row[high]]).filter(positive);
      if (!values.length) return [heading(name), note("At no point has a variant blocks enough for a ratio: a longer --budget gives more.")];
      if (key === "times") values.push(1);
      const swatches = [];
      const grid = document.createElement("div");
      grid.className = others.length ? "multiples wide" : "";
      groups(shown, "beside").forEach(([beside, group], i) => {
        const cell = document.createElement("div");
        const room = width < 700 || !others.length ? Math.min(width, 640) : Math.floor((width - 20) / 2);
        const made = alongAxis(group, along, key, low, high, room, { ...looks, symbol: { ...looks.symbol, legend: i === 0 } }, logScale(values, 190, format, null, 26));
        swatches.push(...made.querySelectorAll("[class*='-swatches']")); // above all of them, or plots beside each other are no longer level
        cell.append(...(beside ? [heading(beside)] : []), made);
        grid.append(cell);
      });
      return [heading(name), ...swatches, grid];
    };
    return [
      ...part("times faster", "times", (x) => `${trim(x)}×`, "low", "high"),
      ...part("time", "wall_ns", time),
    ];
  };

  // All of them, or how many, in so many pixels.
  function namesOf(rows, room) {
    const names = rows.map((row) => row.variant).join(", ");
    return 7 * names.length + 20 < room ? names : `${rows.length} variants`;
  }

  function alongAxis(rows, axis, key, low, high, width, looks, y) {
    const there = rows.filter((row) => positive(row[key]));
    const failed = rows.filter((row) => row.words);
    const silent = axis.values.filter((value) => !rows.some((row) => row[axis.name] === value && (row.words || positive(row.wall_ns))));
    return plot({
      width,
      height: 266,
      marginTop: 28,
      marginLeft: 60,
      marginBottom: 40,
      ...looks,
      x: { type: "point", domain: axis.values, label: `${axis.name} →`, padding: 0.3 },
      y,
      marks: [
        key === "times" ? Plot.ruleY([1], { stroke: INK, strokeDasharray: "2,3" }) : null,
        // Side by side, or intervals at one value of the axis would hide each other.
        ...looks.symbol.domain.flatMap((variant, i) => {
          const own = there.filter((row) => row.variant === variant);
          const dx = 7 * (i - (looks.symbol.domain.length - 1) / 2);
          return [
            Plot.line(own, { dx, x: axis.name, y: key, stroke: "variant", strokeWidth: 1.5, strokeOpacity: 0.6, sort: (row) => axis.values.indexOf(row[axis.name]) }),
            low ? Plot.ruleX(own.filter((row) => positive(row[low]) && positive(row[high])), { dx, className: "interval", x: axis.name, y1: low, y2: high, stroke: "variant", strokeWidth: 2.5, strokeOpacity: 0.5 }) : null,
            Plot.dot(own, { dx, x: axis.name, y: key, fill: "variant", symbol: "variant", r: 5, tip: true }),
          ];
        }),
        Plot.text(groups(failed, axis.name), { className: "failed", x: (group) => group[0], frameAnchor: "top", dy: -10, text: (group) => `✕ ${namesOf(group[1], width / axis.values.length)}`, fill: "var(--red)" }),
        Plot.text(silent, { className: "silent", x: (value) => value, frameAnchor: "top", dy: -10, text: () => "no time counts", fill: MUTED }),
      ],
    });
  }

  charts.scaling = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.speedup));
    const most = Math.max(...rows.map((row) => row.cpus));
    const looks = legend([...new Set([...distinct(rows, "variant"), ...Object.keys(table.facts.fits)])]);
    const room = Math.min(width, 640);
    const curves = Object.entries(table.facts.fits).flatMap(([variant, fit]) => d3.range(0, 41)
      .map((i) => 1 + (most - 1) * i / 40)
      .map((cpus) => ({ variant, cpus, speedup: 1 / (fit.one * (fit.serial + (1 - fit.serial) / cpus)) })));
    const x = { label: "CPUs →", domain: [Math.min(1, ...rows.map((row) => row.cpus)), most], ticks: distinct(rows, "cpus").sort(d3.ascending), tickFormat: trim, grid: true };
    const shared = { width: room, height: 280, marginLeft: 60, marginRight: 24, marginBottom: 40, x };
    const highest = Math.max(most, ...rows.map((row) => row.speedup), ...curves.map((row) => row.speedup));
    return [
      heading("speedup"),
      plot({
        ...shared,
        ...looks,
        y: { label: null, domain: [0, 1.05 * highest], grid: true, tickFormat: (value) => `${trim(value)}×` },
        marks: [
          Plot.line([[x.domain[0], x.domain[0]], [most, most]], { className: "ideal", stroke: MUTED, strokeDasharray: "5,4" }),
          Plot.line(curves, { className: "amdahl", x: "cpus", y: "speedup", z: "variant", stroke: "variant", strokeWidth: 1.5, strokeOpacity: 0.7 }),
          Plot.dot(rows, { x: "cpus", y: "speedup", fill: "variant", symbol: "variant", r: 5, tip: true }),
        ],
      }),
      heading("efficiency: speedup for each CPU"),
      plot({
        ...shared,
        ...looks,
        symbol: { ...looks.symbol, legend: false },
        y: { label: null, domain: [0, Math.max(1.05, ...rows.map((row) => 1.05 * row.efficiency))], grid: true, tickFormat: FORMATS.share },
        marks: [
          Plot.ruleY([1], { stroke: MUTED, strokeDasharray: "5,4" }),
          Plot.line(rows, { x: "cpus", y: "efficiency", z: "variant", stroke: "variant", strokeWidth: 1, strokeOpacity: 0.5, sort: "cpus" }),
          Plot.dot(rows, { x: "cpus", y: "efficiency", fill: "variant", symbol: "variant", r: 5, tip: true }),
        ],
      }),
    ];
  };

  // ---- evidence ----

  // Rows of a node's table: how many it read, those that read a table from end to end marked.
  charts.plan = (table, width) => {
    const looks = { "sequential scan": ["var(--red)", "square"], "other node": ["var(--blue)", "circle"] };
    const rows = objects(table).map((row, i) => ({ ...row, at: i, kind: row.scan || "other node" }));
    const read = rows.filter((row) => finite(row.read));
    const kinds = Object.keys(looks).filter((kind) => read.some((row) => row.kind === kind));
    if (!read.length) return [];
    const left = margin(rows.map((row) => row.node), width);
    const name = short(rows.map((row) => row.node), left);
    return [lines(rows.map((row) => row.at), width, {
      color: { ...legend(kinds, kinds.map((kind) => looks[kind])).color },
      symbol: { ...legend(kinds, kinds.map((kind) => looks[kind])).symbol, legend: true },
      marginLeft: left,
      marginRight: 70,
      x: { type: "symlog", constant: 1, domain: [0, Math.max(10, ...read.map((row) => row.read))], ticks: powers(read.map((row) => row.read), width - left), tickFormat: count, label: "rows read →", grid: true },
      y: { type: "point", axis: null },
      marks: [
        Plot.text(rows, { y: "at", text: (row) => name(row.node.replaceAll("  ", "\u2003")), frameAnchor: "left", textAnchor: "start", dx: 8 - left, fill: INK }),
        Plot.ruleY(read, { y: "at", x1: "kept", x2: "read", stroke: "kind", strokeOpacity: 0.5, strokeWidth: 2 }),
        Plot.dot(read, { y: "at", x: "read", fill: "kind", symbol: "kind", r: 5, tip: true, channels: { node: "node", kept: "kept", times: "loops", ms: "ms" } }),
        Plot.text(read, { y: "at", x: "read", text: (row) => count(row.read), textAnchor: "start", dx: 10, fill: INK }),
      ],
    })];
  };

  function powers(values, room) {
    const most = Math.max(10, ...values);
    return every([0, ...d3.range(1, Math.floor(Math.log10(most)) + 1).map((power) => 10 ** power)], room / 80);
  }

  // Who called whom: a box is as wide as the time it was on the stack.
  charts.flame = (table, width) => {
    const root = { name: "all", children: new Map(), own: 0 };
    for (const { stack, ns } of objects(table)) {
      let node = root;
      for (const name of stack.split(";")) {
        if (!node.children.has(name)) node.children.set(name, { name, children: new Map(), own: 0 });
        node = node.children.get(name);
      }
      node.own += ns;
    }
    const tree = d3.hierarchy(root, (node) => [...node.children.values()]).sum((node) => node.own);
    d3.partition().padding(0)(tree.sort((a, b) => b.value - a.value));
    const boxes = tree.descendants().filter((node) => node.depth > 0 && (node.x1 - node.x0) * width >= 1)
      .map((node) => ({ name: node.data.name, time: node.value, share: node.value / tree.value, from: node.x0, to: node.x1, low: node.depth - 1, high: node.depth, middle: node.depth - 0.5 }));
    if (!boxes.length) return [];
    const deepest = Math.max(...boxes.map((box) => box.high));
    const room = (box) => Math.floor(((box.to - box.from) * width - 8) / 7);
    return [plot({
      width,
      height: 24 * deepest + 4,
      margin: 2,
      x: { axis: null, domain: [0, 1] },
      y: { axis: null, domain: [0, deepest] },
      marks: [
        Plot.rect(boxes, { className: "box", x1: "from", x2: "to", y1: "low", y2: "high", inset: 0.75, rx: 2, fill: (box) => `var(--warm-${1 + (d3.sum(box.name, (c) => c.charCodeAt(0)) + box.low) % 3})` }),
        Plot.text(boxes.filter((box) => room(box) >= 3), { x: "from", y: "middle", text: (box) => box.name.length > room(box) ? `${box.name.slice(0, room(box) - 1)}…` : box.name, textAnchor: "start", dx: 5, fill: "var(--warm-ink)" }),
        Plot.tip(boxes, Plot.pointer({ x: (box) => (box.from + box.to) / 2, y: "middle", title: (box) => `${box.name}\n${time(box.time)}, ${FORMATS.share(box.share)}` })),
      ],
    })];
  };

  // How time grows: a straight line on two logarithmic axes is a power.
  const grown = (fit) => (x) => fit.exponential ? x * Math.log(fit.base) : fit.exponent * Math.log(x);

  function curve(rows, fit, variant) {
    const [low, high] = d3.extent(rows, (row) => row.size);
    const along = grown(fit);
    const middle = d3.mean(rows, (row) => Math.log(row.ns) - along(row.size));
    return d3.range(0, 33).map((i) => low * (high / low) ** (i / 32)).map((size) => ({ variant, size, ns: Math.exp(middle + along(size)) }));
  }

  function growth(rows, curves, parameter, width, marks, looks) {
    const most = Math.min(width, 640);
    const sizes = distinct(rows, "size").sort(d3.ascending);
    return plot({
      width: most,
      height: 320,
      marginLeft: 70,
      marginRight: 24,
      marginBottom: 42,
      ...looks,
      x: { ...logScale(sizes, most - 94, count, `${parameter} →`), ticks: roomy(sizes, most - 94, 34) },
      y: logScale(rows.map((row) => row.ns).concat(curves.map((row) => row.ns)), 220, time, "↑ time", 30),
      marks,
    });
  }

  charts.growth = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.size) && positive(row.ns));
    const { fit, parameter } = table.facts;
    if (rows.length < 2) return [];
    const line = fit ? curve(rows, fit) : [];
    return [growth(rows, line, parameter, width, [
      Plot.line(line, { x: "size", y: "ns", stroke: "var(--orange)", strokeWidth: 2 }),
      Plot.dot(rows, { x: "size", y: "ns", fill: "var(--blue)", r: 4.5, tip: { format: { y: time } } }),
    ])];
  };

  // The same for several variants; each fit is over the last of the variant's sizes.
  charts.growths = (table, width) => {
    const rows = objects(table).filter((row) => positive(row.size) && positive(row.ns));
    const { fits, parameter } = table.facts;
    if (rows.length < 2) return [];
    const quickest = d3.rollup(rows, (of) => d3.min(of, (row) => row.ns), (row) => `${row.variant} ${row.size}`);
    const curves = groups(rows, "variant").flatMap(([variant, own]) => {
      const sizes = distinct(own, "size").sort(d3.ascending).slice(fits[variant] ? -fits[variant].fitted : 0);
      const counted = sizes.map((size) => ({ size, ns: quickest.get(`${variant} ${size}`) }));
      return fits[variant] ? curve(counted, fits[variant], variant) : [];
    });
    return [growth(rows, curves, parameter, width, [
      Plot.line(curves, { className: "fit", x: "size", y: "ns", z: "variant", stroke: "variant", strokeWidth: 2, strokeOpacity: 0.6 }),
      Plot.dot(rows, { x: "size", y: "ns", fill: "variant", symbol: "variant", r: 4, fillOpacity: (row) => quickest.get(`${row.variant} ${row.size}`) === row.ns ? 0.9 : 0.25, tip: { format: { y: time, fillOpacity: false } } }),
    ], legend(distinct(rows, "variant")))];
  };

  // The first column of words by the first two of numbers.
  charts.ranking = (table, width) => {
    const words = table.columns.find((column) => column.unit === "text");
    const numbers = table.columns.filter((column) => column.unit !== "text" && column.unit !== "code").slice(0, 2);
    const all = objects(table).filter((row) => words && row[words.key]).slice(0, 30);
    return numbers.flatMap((number) => {
      const rows = all.filter((row) => positive(row[number.key]));
      const names = distinct(rows, words.key);
      if (!rows.length) return [];
      return [heading(number.label), lines(names, width, {
        marginRight: 70,
        x: logScale(rows.map((row) => row[number.key]), width - margin(names, width) - 70, FORMATS[number.unit] || trim, `${number.label} →`),
        marks: [
          Plot.dot(rows, { x: number.key, y: words.key, fill: "var(--blue)", r: 5, tip: true }),
          Plot.text(rows, { x: number.key, y: words.key, text: (row) => plain(row[number.key]), textAnchor: "start", dx: 10, fill: INK }),
        ],
      })];
    });
  };

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
