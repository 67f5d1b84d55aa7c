"use strict";
// The data of the report: see write_html.cc for its form.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const numbers = new Intl.NumberFormat("en");
const bytes = (n) => numbers.format(n);
const percent = (n) => (data.size ? (100 * n / data.size).toFixed(n * 1000 >= data.size ? 1 : 2) : "0") + " %";
const areaOf = (kind) => data.kinds[kind][1];
const signed = (n) => (n > 0 ? "+" : "") + bytes(n);

// -- The program: symbols with what belongs to them
const symbols = data.symbols.map(([name, pkg, retained, parts]) => {
  const symbol = { type: "symbol", name, package: data.packages[pkg][0], pkg, retained, parts: [], size: 0 };
  for (let i = 0; i < parts.length; i += 2) {
    symbol.parts.push({ kind: parts[i], size: parts[i + 1] });
    symbol.size += parts[i + 1];
  }
  symbol.kind = mainKind(symbol);
  symbol.before = null; // of an earlier report; null without one
  symbol.text = (name + " " + symbol.package).toLowerCase();
  return symbol;
});

// What a symbol is: code, if it has any, else what takes the most bytes, but for what the module
// needs to hold it.
function mainKind(symbol) {
  const formal = data.areas.length - 1, weight = (part) => part.size + (areaOf(part.kind) === formal ? 0 : 2 ** 40);
  let best = symbol.parts[0];
  for (const part of symbol.parts) {
    if (part.kind === 0) return 0;
    if (weight(part) > weight(best)) best = part;
  }
  return best.kind;
}
// -- An earlier report
let baseline = null; // { name, size, sizes: Map of package -> Map of name -> bytes, gone: [] }

function setBaseline(name, size, entries) {
  const sizes = new Map();
  for (const [pkg, symbol, n] of entries) {
    if (!sizes.has(pkg)) sizes.set(pkg, new Map());
    const names = sizes.get(pkg);
    names.set(symbol, (names.get(symbol) || 0) + n);
  }
  // Symbols of one name count together: the first has what was before, the others nothing.
  const seen = new Set();
  for (const symbol of symbols) {
    const key = symbol.package + "\n" + symbol.name;
    const names = sizes.get(symbol.package);
    symbol.before = seen.has(key) || !names ? 0 : names.get(symbol.name) || 0;
    seen.add(key);
  }
  const gone = [];
  for (const [pkg, names] of sizes)
    for (const [symbol, n] of names)
      if (!seen.has(pkg + "\n" + symbol))
        gone.push({ type: "symbol", name: symbol, package: pkg, pkg: -1, retained: -1, parts: [], size: 0,
          kind: -1, before: n, text: (symbol + " " + pkg).toLowerCase() });
  baseline = { name, size, gone };
}

// -- Trees for the treemap. A node has the sizes of its symbols by area.
function newNode(type, name, parent, title) {
  return { type, name, title: title || name, parent, kids: [], byName: new Map(), size: 0, before: 0, areas: [0, 0, 0, 0, 0], retained: -1 };
}
function child(node, type, name, title) {
  let found = node.byName.get(name);
  if (!found) {
    found = newNode(type, name, node, title);
    node.byName.set(name, found);
    node.kids.push(found);
  }
  return found;
}
function addLeaf(node, symbol, size, area, before) {
  const leaf = newNode("symbol", symbol.name, node);
  leaf.symbol = symbol;
  leaf.retained = symbol.retained;
  node.kids.push(leaf);
  for (let up = leaf; up; up = up.parent) {
    up.size += size;
    up.before += before;
    if (area >= 0) up.areas[area] += size;
    else for (const part of symbol.parts) up.areas[areaOf(part.kind)] += part.size;
  }
}
function buildTree(grouping) {
  const root = newNode("module", data.name, null);
  for (const symbol of symbols) {
    if (grouping === "module") {
      const [path, moduleIndex, retained] = data.packages[symbol.pkg];
      const [module, , moduleRetained] = data.modules[moduleIndex];
      const module_ = child(root, "module", module);
      module_.retained = moduleRetained;
      const package_ = child(module_, "package", path);
      package_.retained = retained;
      addLeaf(package_, symbol, symbol.size, -1, symbol.before || 0);
    } else {
      for (const part of symbol.parts) {
        const area = data.areas[areaOf(part.kind)];
        const kind = child(child(root, "area", area[0], area[0] + ": " + area[1]), "kind",
          data.kinds[part.kind][0], data.kinds[part.kind][0] + ": " + data.kinds[part.kind][2]);
        addLeaf(child(kind, "package", symbol.package), symbol, part.size, areaOf(part.kind), 0);
      }
    }
  }
  finish(root);
  return root;
}
function finish(node) {
  node.byName = null;
  node.kids.sort((a, b) => b.size - a.size);
  node.kids.forEach(finish);
}

const state = { grouping: "module", colour: "area", node: null, search: "", what: "symbols", sort: "size", down: true, shown: 200 };
const trees = {};
function tree() {
  if (!trees[state.grouping]) trees[state.grouping] = buildTree(state.grouping);
  return trees[state.grouping];
}

// -- Search: how many bytes of a node match
function matches(symbol) {
  return !state.search || symbol.text.includes(state.search);
}
function countHits(node) {
  if (node.symbol) node.hits = matches(node.symbol) ? node.size : 0;
  else {
    node.hits = 0;
    for (const kid of node.kids) {
      countHits(kid);
      node.hits += kid.hits;
    }
  }
}

// -- The treemap. Boxes of one level fill a rectangle, row by row, with sides as equal as can be
// (Bruls, Huizing, van Wijk, "Squarified Treemaps").
function squarify(kids, x, y, w, h) {
  const total = kids.reduce((sum, kid) => sum + kid.size, 0);
  const boxes = [];
  if (!total || w <= 0 || h <= 0) return boxes;
  const scale = w * h / total;
  let i = 0;
  while (i < kids.length && w > 0.5 && h > 0.5) {
    const side = Math.min(w, h);
    let row = 0, end = i, worst = Infinity;
    const largest = kids[i].size * scale;
    while (end < kids.length) {
      const sum = row + kids[end].size * scale, least = kids[end].size * scale;
      const ratio = Math.max(side * side * largest / (sum * sum), sum * sum / (side * side * Math.max(least, 1e-9)));
      if (ratio > worst) break;
      worst = ratio;
      row = sum;
      end++;
    }
    const thick = row / side;
    let at = 0;
    for (; i < end; i++) {
      const long = kids[i].size * scale / thick;
      if (w >= h) boxes.push({ node: kids[i], x, y: y + at, w: thick, h: long });
      else boxes.push({ node: kids[i], x: x + at, y, w: long, h: thick });
      at += long;
    }
    if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
  }
  return boxes;
}

function mainArea(node) {
  return node.areas.indexOf(Math.max(...node.areas));
}
function colourClass(node) {
  if (state.colour !== "change" || !baseline) return "area" + mainArea(node);
  const change = node.size - node.before;
  return change > 0 ? "grown" : change < 0 ? "shrunk" : "same";
}
function changeText(node) {
  return baseline && state.grouping === "module" ? ", change " + signed(node.size - node.before) : "";
}
function describe(node) {
  let text = node.title + ", " + (node.type === "symbol" ? "symbol" : node.type) + ", " + bytes(node.size) + " bytes, " + percent(node.size);
  if (node.retained >= 0) text += ", retained " + bytes(node.retained);
  return text + changeText(node);
}

// In a box the package need not stand again.
function labelOf(node) {
  const prefix = node.symbol ? node.symbol.package + "." : "";
  return prefix && node.name.startsWith(prefix) && node.name.length > prefix.length ? node.name.slice(prefix.length) : node.name;
}

let boxNodes = [];
function drawMap() {
  const map = byId("map"), node = state.node;
  const width = map.clientWidth, height = map.clientHeight;
  countHits(tree());
  map.textContent = "";
  boxNodes = [];
  const kids = node.kids.length ? node.kids : [node];
  for (const box of squarify(kids, 0, 0, width, height)) drawBox(map, box, 1);
  if (boxNodes.length) boxNodes[0].element.tabIndex = 0;
  drawPath();
  showDetail(node);
}
function drawBox(map, { node, x, y, w, h }, level) {
  if (w < 3 || h < 3) return;
  const element = document.createElement("div");
  const hasInner = level === 1 && node.kids.length > 0 && w > 30 && h > 34;
  element.className = "box " + (hasInner ? "outer " : "") + colourClass(node) + (state.search && !node.hits ? " dim" : "");
  element.style.cssText = `left:${x.toFixed(1)}px;top:${y.toFixed(1)}px;width:${w.toFixed(1)}px;height:${h.toFixed(1)}px`;
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", level);
  element.setAttribute("aria-label", describe(node));
  element.tabIndex = -1;
  if (w > 26 && h > 15) {
    element.textContent = labelOf(node);
    if (h > 34 || hasInner) {
      element.append(hasInner ? " " : document.createElement("br"));
      const size = document.createElement("small");
      size.textContent = bytes(node.size);
      element.append(size);
    }
  }
  const index = boxNodes.push({ node, element, level }) - 1;
  element.addEventListener("click", () => zoom(node));
  element.addEventListener("mouseenter", () => showDetail(node));
  element.addEventListener("focus", () => showDetail(node));
  element.addEventListener("keydown", (event) => onKey(event, index));
  map.append(element);
  if (hasInner)
    for (const inner of squarify(node.kids, x + 2, y + 17, w - 4, h - 19)) drawBox(map, inner, 2);
}
function focusBox(index) {
  if (index < 0 || index >= boxNodes.length) return;
  for (const box of boxNodes) box.element.tabIndex = -1;
  boxNodes[index].element.tabIndex = 0;
  boxNodes[index].element.focus();
}
function onKey(event, index) {
  const level = boxNodes[index].level;
  let to = null;
  switch (event.key) {
    case "ArrowDown": to = index + 1; break;
    case "ArrowUp": to = index - 1; break;
    case "ArrowRight": to = index + 1 < boxNodes.length && boxNodes[index + 1].level > level ? index + 1 : null; break;
    case "ArrowLeft":
      for (to = index - 1; to >= 0 && boxNodes[to].level >= level; to--);
      if (to < 0) to = null;
      break;
    case "Home": to = 0; break;
    case "End": to = boxNodes.length - 1; break;
    case "Enter": case " ":
      event.preventDefault();
      zoom(boxNodes[index].node, true);
      return;
    case "Escape": case "Backspace":
      event.preventDefault();
      if (state.node.parent) zoom(state.node.parent, true);
      return;
    default: return;
  }
  event.preventDefault();
  if (to !== null) focusBox(to);
}
function zoom(node, byKey) {
  state.node = node;
  state.shown = 200;
  drawMap();
  drawTable();
  byId("status").textContent = "Treemap shows " + describe(node);
  if (byKey) focusBox(0);
}
function drawPath() {
  const path = byId("path");
  path.textContent = "";
  const chain = [];
  for (let node = state.node; node; node = node.parent) chain.unshift(node);
  chain.forEach((node, i) => {
    if (i) path.append(" › ");
    const last = i === chain.length - 1;
    const part = document.createElement(last ? "span" : "button");
    part.textContent = node.name;
    if (last) part.setAttribute("aria-current", "location");
    else {
      part.type = "button";
      part.addEventListener("click", () => zoom(node));
    }
    path.append(part);
  });
}
function showDetail(node) {
  let text = describe(node);
  if (node.symbol) {
    text += ". " + (node.symbol.package !== node.name ? "Package " + node.symbol.package + ". " : "");
    text += node.symbol.parts.map((part) => data.kinds[part.kind][0] + " " + bytes(part.size)).join(", ");
  }
  byId("detail").textContent = text;
}

// -- The table: of what is in the treemap, and matches
function insideOf(node) {
  const list = [];
  (function walk(at) {
    if (at.symbol) list.push(at.symbol);
    else at.kids.forEach(walk);
  })(node);
  return [...new Set(list)];
}
function genericOf(name) {
  const bracket = name.indexOf("[");
  return bracket > 0 && !name.startsWith("type:") && !name.startsWith("go:") ? name.slice(0, bracket) : "";
}
const isRoot = () => state.node === tree();

function rows() {
  let list = isRoot() ? symbols.concat(baseline ? baseline.gone : []) : insideOf(state.node);
  list = list.filter(matches);
  if (state.what === "symbols")
    return list.map((s) => ({ name: s.name, package: s.package, kind: s.kind >= 0 ? data.kinds[s.kind][0] : "gone", size: s.size, retained: s.retained, before: s.before }));
  const groups = new Map();
  const add = (key, size, before, retained, title) => {
    let group = groups.get(key);
    if (!group) groups.set(key, group = { name: key, title, size: 0, before: 0, count: 0, retained: -1 });
    group.size += size;
    group.before += before || 0;
    group.count++;
    if (retained !== undefined) group.retained = retained;
  };
  for (const s of list) {
    if (state.what === "packages") add(s.package, s.size, s.before, s.pkg >= 0 ? data.packages[s.pkg][2] : undefined);
    else if (state.what === "modules") {
      if (s.pkg < 0) continue;
      const module = data.modules[data.packages[s.pkg][1]];
      add(module[0] + (module[1] ? " " + module[1] : ""), s.size, s.before, module[2]);
    } else if (state.what === "generics") {
      const generic = genericOf(s.name);
      if (generic) add(generic, s.size, s.before);
    } else for (const part of s.parts) add(data.kinds[part.kind][0], part.size, 0, undefined, data.kinds[part.kind][2]);
  }
  return [...groups.values()].filter((g) => g.size || g.before);
}

function columns() {
  const list = [["size", "Bytes", "number"], ["share", "Share", "number wide"]];
  if (state.what !== "generics" && state.what !== "kinds" && data.source === "link") list.push(["retained", "Retained", "number"]);
  if (baseline && state.what !== "kinds") list.push(["change", "Change", "number"]);
  if (state.what !== "symbols") list.push(["count", state.what === "generics" ? "Instances" : "Symbols", "number wide"]);
  list.push(["name", "Name", "name"]);
  if (state.what === "symbols") list.push(["kind", "Kind", "wide"]);
  return list;
}
function valueOf(row, key) {
  if (key === "change") return row.size - (row.before || 0);
  if (key === "share") return row.size;
  return row[key];
}
function drawTable() {
  const all = rows(), cols = columns();
  if (!cols.some(([key]) => key === state.sort)) state.sort = "size";
  const order = state.down ? -1 : 1;
  all.sort((a, b) => {
    const x = valueOf(a, state.sort), y = valueOf(b, state.sort);
    return (x < y ? -1 : x > y ? 1 : 0) * order || b.size - a.size;
  });
  const head = byId("table").tHead, body = byId("table").tBodies[0];
  const line = document.createElement("tr");
  for (const [key, title, style] of cols) {
    const cell = document.createElement("th"), button = document.createElement("button");
    cell.scope = "col";
    cell.className = style;
    if (key === state.sort) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    button.type = "button";
    button.dataset.key = key;
    button.textContent = title + (key === state.sort ? (state.down ? " ▾" : " ▴") : "");
    button.addEventListener("click", () => {
      if (state.sort === key) state.down = !state.down;
      else {
        state.sort = key;
        state.down = !["name", "kind"].includes(key);
      }
      drawTable();
      head.querySelector(`button[data-key=${key}]`).focus();
      byId("status").textContent = "Sorted by " + title + (state.down ? ", descending" : ", ascending");
    });
    cell.append(button);
    line.append(cell);
  }
  head.replaceChildren(line);
  body.replaceChildren(...all.slice(0, state.shown).map((row) => tableRow(row, cols)));
  const sum = all.reduce((total, row) => total + row.size, 0);
  byId("count").textContent = bytes(all.length) + (all.length === 1 ? " row, " : " rows, ") + bytes(sum) + " bytes" +
    (isRoot() ? "" : " in " + state.node.name);
  byId("more").hidden = all.length <= state.shown;
}
function tableRow(row, cols) {
  const line = document.createElement("tr");
  for (const [key, , style] of cols) {
    const cell = document.createElement("td");
    cell.className = style;
    if (key === "share") cell.textContent = percent(row.size);
    else if (key === "retained") cell.textContent = row.retained >= 0 ? bytes(row.retained) : "–";
    else if (key === "change") {
      const change = valueOf(row, key), span = document.createElement("span");
      span.className = change > 0 ? "plus" : change < 0 ? "minus" : "";
      span.textContent = change ? signed(change) : "0";
      cell.append(span);
    } else if (key === "size" || key === "count") cell.textContent = bytes(row[key]);
    else if (key === "name" && state.what === "packages") cell.append(link(row.name));
    else cell.textContent = row[key] + (key === "name" && row.title ? ": " + row.title : "");
    // Names of functions and variables begin with their package.
    if (key === "name" && row.package && !row.name.startsWith(row.package + ".")) {
      const of = document.createElement("small");
      of.textContent = " " + row.package;
      cell.append(of);
    }
    line.append(cell);
  }
  return line;
}
// A package's name zooms the treemap to it.
function link(name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = name;
  button.addEventListener("click", () => {
    const found = findPackage(tree(), name);
    if (found) zoom(found);
  });
  return button;
}
function findPackage(node, name) {
  if (node.type === "package" && node.name === name) return node;
  for (const kid of node.kids) {
    if (kid.symbol) break;
    const found = findPackage(kid, name);
    if (found) return found;
  }
  return null;
}

// -- The page
function drawLegend() {
  const legend = byId("legend");
  legend.textContent = "";
  const entries = state.colour === "change" && baseline
    ? [["grown", "grown"], ["shrunk", "smaller"], ["same", "the same"]]
    : data.areas.map(([name], i) => {
      const size = symbols.reduce((sum, s) => sum + s.parts.reduce((n, p) => n + (areaOf(p.kind) === i ? p.size : 0), 0), 0);
      return ["area" + i, name + " " + percent(size)];
    });
  for (const [style, text] of entries) {
    const entry = document.createElement("li"), swatch = document.createElement("span");
    swatch.className = "swatch " + style;
    entry.append(swatch, text);
    legend.append(entry);
  }
}
function drawSummary() {
  let text = bytes(data.size) + " bytes" + (data.gzip ? ", " + bytes(data.gzip) + " after gzip -9" : "") + (data.go ? ", " + data.go : "") + ", " + bytes(symbols.length) + " symbols and rows";
  if (baseline) text += "; " + signed(data.size - baseline.size) + " since " + (baseline.name || "the baseline");
  byId("summary").textContent = text;
}
function drawAll() {
  state.node = tree();
  byId("colour").disabled = !baseline;
  drawLegend();
  drawSummary();
  drawTable();
  drawMap();
}
function useBaseline(name, size, entries) {
  setBaseline(name, size, entries);
  for (const key of Object.keys(trees)) delete trees[key];
  state.colour = byId("colour").value = "change";
  state.sort = "change";
  state.down = true;
  drawAll();
}

byId("title").textContent = data.name;
if (data.notes.length) {
  byId("notes").hidden = false;
  for (const note of data.notes) {
    const entry = document.createElement("li");
    entry.textContent = note;
    byId("notes").querySelector("ul").append(entry);
  }
}
let searchTimer = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => {
    state.search = byId("search").value.trim().toLowerCase();
    state.shown = 200;
    drawMap();
    drawTable();
    byId("status").textContent = byId("count").textContent;
  }, 120);
});
byId("controls").addEventListener("submit", (event) => event.preventDefault());
byId("grouping").addEventListener("change", (event) => {
  state.grouping = event.target.value;
  drawAll();
});
byId("colour").addEventListener("change", (event) => {
  state.colour = event.target.value;
  drawLegend();
  drawMap();
});
byId("what").addEventListener("change", (event) => {
  state.what = event.target.value;
  state.shown = 200;
  drawTable();
});
byId("more").addEventListener("click", () => {
  state.shown += 1000;
  drawTable();
});
byId("baseline").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  try {
    const old = JSON.parse(await file.text());
    if (old.format !== "wald size") throw new Error("no size report of wald's");
    useBaseline(file.name, old.size, old.symbols.map((s) => [s.package, s.name, s.size]));
  } catch (error) {
    byId("status").textContent = byId("summary").textContent = file.name + ": " + error.message;
  }
});
if (data.baseline) useBaseline(data.baseline.name, data.baseline.size, data.baseline.symbols);
else drawAll();
let drawnSize = "", resizeTimer = 0;
new ResizeObserver(() => {
  const map = byId("map"), size = map.clientWidth + " " + map.clientHeight;
  cancelAnimationFrame(resizeTimer);
  if (drawnSize && size !== drawnSize) resizeTimer = requestAnimationFrame(drawMap);
  drawnSize = size;
}).observe(byId("map"));
