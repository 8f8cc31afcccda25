// SPDX-License-Identifier: Apache-2.0
//
// The charts of evidence, what instruments saw: plans, stacks, growth, and the largest of anything.
"use strict";

(() => {
  const {
    charts, count, distinct, every, finite, FORMATS, groups, heading, INK, legend, lines, logScale,
    margin, objects, plain, plot, positive, roomy, short, time, trim,
  } = page;

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
})();
