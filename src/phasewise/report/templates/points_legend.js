"use strict";
// Ways of colouring points, and the legends that explain them.
{
  const { BELOW, dot, element, mixed, readable } = phasewise;
  const SHADES = 256, FIRST = 5;
  const format = (number) => number.toLocaleString("en");
  const REST = { other: "control", none: "control", all: "accent" };

  const plain = (count) => ({ title: "", index: new Uint16Array(count), palette: () => [REST.all], entries: [], tell: () => "" });

  // Each text is a category; all that have no colour of their own are one more.
  function categories(spec, column, placed) {
    const own = new Map(spec.colours.map(([text], k) => [text, k])), other = own.size, none = own.size + 1;
    const ofCode = column.texts.map((text) => own.get(text) ?? other);
    const index = Uint16Array.from(column.codes, (code) => (code < 0 ? none : ofCode[code]));
    const counts = new Array(own.size + 2).fill(0);
    for (let row = 0; row < index.length; row++) counts[index[row]] += placed[row];
    const entries = spec.colours.map(([text, colour], k) => ({ k, colour, text: readable(column, text) }));
    const hidden = column.texts.filter((text) => !own.has(text)).length;
    entries.push({ k: other, colour: REST.other, text: hidden === 1 ? "1 other" : `${format(hidden)} others` }, { k: none, colour: REST.none, text: "(none)" });
    for (const entry of entries) entry.count = counts[entry.k];
    return {
      title: spec.title, index, entries: entries.filter((entry) => entry.count),
      palette: () => entries.map((entry) => entry.colour),
      // What some rows are, the most frequent first.
      tell(rows) {
        const numbers = new Array(entries.length).fill(0);
        for (const row of rows) numbers[index[row]]++;
        const ranked = entries.filter((entry) => numbers[entry.k]).sort((a, b) => numbers[b.k] - numbers[a.k]);
        const named = ranked.slice(0, FIRST).map((entry) => `${entry.text} ${format(numbers[entry.k])}`);
        const rest = ranked.length - named.length;
        return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
      },
    };
  }

  // Numbers from the lower to the upper limit; what is beyond has the colour of the limit.
  function amounts(spec, column, ramp, placed) {
    const values = column.keys(), [low, high] = spec.limits ?? [0, 1];
    const index = Uint16Array.from(values, (v) => {
      if (Number.isNaN(v)) return SHADES;
      return Math.max(0, Math.min(SHADES - 1, Math.round(((v - low) / (high - low || 1)) * (SHADES - 1))));
    });
    let absent = 0;
    for (let row = 0; row < index.length; row++) absent += placed[row] && index[row] === SHADES ? 1 : 0;
    const shades = Array.from({ length: SHADES }, (_, k) => mixed(ramp, k / (SHADES - 1)));
    return {
      title: spec.title, index, entries: [], limits: spec.limits, absent, ramp, decimals: column.decimals,
      palette: () => [...shades, REST.none],
      tell(rows) {
        const known = Float64Array.from(rows, (row) => values[row]).filter((v) => v > BELOW).sort();
        if (!known.length) return "";
        const [least, middle, most] = [0, known.length >> 1, known.length - 1].map((k) => String(known[k]));
        return `${spec.title} ${least} to ${most}, median ${middle}`;
      },
    };
  }

  function colouringsOf(map, columns, placed) {
    const made = map.colourings.map((spec) => {
      const column = columns[spec.column];
      return column.isNumber ? amounts(spec, column, map.ramp, placed) : categories(spec, column, placed);
    });
    return made.length ? made : [plain(placed.length)];
  }

  function barOf(colouring) {
    const bar = element("div", "bar"), ramp = element("div", "ramp"), ends = element("div", "ends");
    if (!colouring.limits) return [element("p", "absent", "No row has a value.")];
    const [low, high] = colouring.limits, digits = Math.min(colouring.decimals, Math.max(0, 2 - Math.floor(Math.log10(high - low || 1))));
    ramp.style.background = `linear-gradient(to right, ${colouring.ramp.join(", ")})`;
    const texts = [`\u2264 ${low.toFixed(digits)}`, ((low + high) / 2).toFixed(digits), `\u2265 ${high.toFixed(digits)}`];
    ends.append(...texts.map((text) => element("span", "", text)));
    bar.append(ramp, ends);
    return [bar, ...(colouring.absent ? [element("p", "absent", `Grey: ${format(colouring.absent)} without a value`)] : [])];
  }

  // The legend of a colouring; `only` holds the categories that are shown, empty for all, and `changed` is told.
  function showLegend(place, colouring, theme, only, changed) {
    const title = element("h3", "", colouring.title);
    if (!colouring.entries.length) {
      place.replaceChildren(...(colouring.title ? [title, ...barOf(colouring)] : []));
      return;
    }
    const list = element("ul", "");
    for (const { k, colour, text, count } of colouring.entries) {
      const button = element("button", ""), item = element("li", "");
      button.type = "button";
      button.title = text;
      button.setAttribute("aria-pressed", only.has(k));
      button.classList.toggle("off", only.size > 0 && !only.has(k));
      button.append(dot(theme[colour] ?? colour), element("span", "text", text), element("span", "count", format(count)));
      button.addEventListener("click", () => changed(k));
      item.append(button);
      list.append(item);
    }
    const all = element("button", "all", "Show all");
    all.type = "button";
    all.disabled = !only.size;
    all.addEventListener("click", () => changed(null));
    place.replaceChildren(title, list, all);
  }

  Object.assign(phasewise, { colouringsOf, format, showLegend });
}
