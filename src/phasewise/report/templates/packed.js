"use strict";
// What the lists and the maps of rows share: the columns of a page, unpacked, shown and saved.
const phasewise = {};
{
  const DASH = "\u2013", BELOW = -Infinity, PATIENCE = 120, LONG = 26;

  async function unpacked(text) {
    if (!("DecompressionStream" in window)) throw new Error("This browser cannot unpack the rows; one of 2023 or later can.");
    const letters = atob(text.trim());
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  }

  // Calls `build` with all that a block holds; what goes wrong is said where the block stands, with the remedy.
  function whenUnpacked(place, done, build) {
    const data = [...place.querySelectorAll("script")], trouble = place.querySelector(".trouble");
    const packed = data.map((script) => script.textContent);
    for (const script of data) script.remove();
    trouble.textContent = "The rows are being unpacked.";
    Promise.all(packed.map(unpacked)).then((contents) => {
      build(contents);
      place.dataset.ready = "yes";
    }).catch((error) => {
      trouble.textContent = `The rows cannot be ${done}: ${error.message} ${place.dataset.remedy}`;
      console.error(error);
    });
  }

  function numbersOf(spec) {
    const scale = 10 ** spec.decimals;
    const numbers = Float64Array.from(spec.values, (v) => (v === null ? NaN : v === false ? BELOW : v / scale));
    const shown = (v, digits) => (Number.isNaN(v) ? "" : v === BELOW ? "b.d." : digits === null ? String(v) : v.toFixed(digits));
    return {
      ...spec, values: null, isNumber: true,
      text: (row) => shown(numbers[row], spec.width === 0 ? null : spec.decimals),
      saved: (row) => shown(numbers[row], null),
      keys: () => numbers,
    };
  }

  // Names in the order in which people count: A2 before A10.
  const natural = (text) => text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));

  function ranksOf(texts) {
    const words = texts.map(natural);
    const order = Uint32Array.from(texts.keys()).sort((a, b) => (words[a] < words[b] ? -1 : words[a] > words[b] ? 1 : a - b));
    const ranks = new Float64Array(texts.length);
    order.forEach((text, rank) => { ranks[text] = rank; });
    return ranks;
  }

  function textsOf(spec) {
    const codes = Int32Array.from(spec.codes);
    let keys = null, lower = null, parts = null;
    const text = (row) => (codes[row] < 0 ? "" : spec.texts[codes[row]]);
    return {
      ...spec, codes, isNumber: false, text, saved: text,
      // What a row can be chosen by: its text, or the parts of it.
      parts() {
        parts ??= spec.texts.map((t) => (spec.several ? t.split("|") : [t]));
        return parts;
      },
      colour: (row) => spec.colours[text(row)],
      keys() {
        if (!keys) {
          const ranks = ranksOf(spec.texts);
          keys = Float64Array.from(codes, (code) => (code < 0 ? NaN : ranks[code]));
        }
        return keys;
      },
      mark(word, marks) {
        lower ??= spec.texts.map((t) => t.toLowerCase());
        const hits = lower.map((t) => t.includes(word));
        if (hits.includes(true)) for (let row = 0; row < codes.length; row++) if (codes[row] >= 0 && hits[codes[row]]) marks[row] = 1;
      },
    };
  }

  const columnsOf = (content) => content.columns.map((spec) => (spec.kind === "numbers" ? numbersOf(spec) : textsOf(spec)));

  // For each row whether its texts hold all of the words.
  function rowsWith(columns, words, count) {
    const found = new Uint8Array(count).fill(1);
    for (const word of words.toLowerCase().split(/\s+/).filter(Boolean)) {
      const marks = new Uint8Array(count);
      for (const column of columns) if (!column.isNumber) column.mark(word, marks);
      for (let row = 0; row < count; row++) found[row] &= marks[row];
    }
    return found;
  }

  // The name of a row, then what else is known of it, in groups.
  function cardOf(columns, row, long = LONG) {
    const parts = new Map([["", element("dl", "")]]);
    for (const column of columns.slice(1)) {
      const text = column.text(row);
      if (!text) continue;
      if (!parts.has(column.part)) parts.set(column.part, element("dl", "many"));
      const pair = element("div", text.length > long ? "long" : "");
      const what = element("dd", "", readable(column, text));
      if (!column.isNumber && column.colour(row)) what.prepend(dot(column.colour(row)));
      pair.append(element("dt", "", column.title), what);
      const list = parts.get(column.part);
      if (text.length > long) list.append(pair);
      else list.insertBefore(pair, list.querySelector(".long"));
    }
    const [first] = columns;
    const children = [element("h3", "", `${first.isNumber ? `${first.title} ` : ""}${first.text(row) || DASH}`)];
    for (const [title, list] of parts) children.push(...(title ? [element("h4", "", title)] : []), list);
    return children;
  }

  function saveTable(columns, rows, file) {
    const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [columns.map((column) => quoted(column.name)).join(",")];
    for (const row of rows) lines.push(columns.map((column) => quoted(column.saved(row))).join(","));
    const link = element("a", "");
    link.href = URL.createObjectURL(new Blob([lines.join("\n"), "\n"], { type: "text/csv" }));
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // Codes as they stand in files, in the way in which people write.
  function readable(column, text) {
    return column.codes_in_words ? text.replaceAll("|", ", ").replaceAll("_", " ") : text;
  }

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function dot(colour) {
    const made = element("span", "dot");
    made.style.backgroundColor = colour;
    return made;
  }

  // What is done once a reader has stopped typing.
  function soon(work) {
    let waiting = 0;
    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(work, PATIENCE);
    };
  }

  Object.assign(phasewise, { DASH, BELOW, cardOf, columnsOf, dot, element, readable, rowsWith, saveTable, soon, whenUnpacked });
}
