// SPDX-License-Identifier: Apache-2.0
//
// The charts of records: of all of them, of one, of a series of calls, of a sweep.
"use strict";

(() => {
  const {
    charts, bytes, count, distinct, FORMATS, groups, heading, INK, label, legend, LINE, lines,
    logScale, long, margin, MUTED, note, objects, plot, positive, short, time, times, trim,
    VERDICTS,
  } = page;

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
        return [heading(exercise), note(groups(group, "verdict").map(([verdict, of]) => `${verdict || "not measured"}: ${distinct(of, "variant").join(", ")}`).join("; "))];
      const made = forest(group, "variant", width, left, bounds, { ...looks, symbol: { ...looks.symbol, legend: first } });
      first = false;
      return [heading(exercise), made];
    });
  };

  const isWrong = (row) => ["wrong", "failed"].includes(row.verdict);

  // Dots and intervals, named on the left; in words what has no number in any of the records.
  function forest(rows, y, width, left, bounds, looks, series = "verdict") {
    const found = rows.filter((row) => positive(row.times));
    const named = new Set(found.map((row) => row[y]));
    const wordy = rows.filter((row) => !named.has(row[y]) && named.add(row[y]));
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
        Plot.text(wordy.filter(isWrong), { className: "wrong", y, x: 1, text: (row) => `✕ ${row.verdict}`, textAnchor: "start", dx: 10, fill: "var(--red)" }),
        Plot.text(wordy.filter((row) => !isWrong(row)), { className: "unmeasured", y, x: 1, text: (row) => row.verdict || "not measured", textAnchor: "start", dx: 10, fill: MUTED }),
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
})();
