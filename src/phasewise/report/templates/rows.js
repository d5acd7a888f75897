"use strict";
{
  const { DASH, cardOf, columnsOf, dot, element, readable, rowsWith, saveTable, soon, whenUnpacked } = phasewise;
  const NOTHING = "-", PRINTED = 500, SPARE = 12;

  class Rows {
    constructor(place, content) {
      this.place = place;
      this.count = content.rows;
      this.columns = columnsOf(content);
      this.listed = this.columns.filter((column) => column.width !== 0);
      this.chosen = new Map();
      this.words = "";
      this.sorted = null;
      this.down = false;
      this.order = null;
      this.shown = new Uint32Array(0);
      this.current = 0;
      this.height = 0;
      this.printing = false;
      this.list = this.find(".list");
      this.table = this.find("table");
      this.build();
    }

    find(selector) { return this.place.querySelector(selector); }

    column(name) { return this.columns.find((column) => column.name === name); }

    build() {
      this.buildHeads();
      this.selects = new Map(this.columns.filter((column) => column.choose).map((column) => [column.name, this.buildSelect(column)]));
      const search = this.find("input");
      search.addEventListener("input", soon(() => { this.words = search.value; this.apply(); }));
      this.find(".clear").addEventListener("click", () => { this.reset(); this.apply(); });
      this.find(".save").addEventListener("click", () => this.save());
      let drawing = false;
      this.list.addEventListener("scroll", () => {
        if (drawing) return;
        drawing = true;
        requestAnimationFrame(() => { drawing = false; this.draw(); });
      });
      this.table.addEventListener("keydown", (event) => this.key(event));
      this.find(".window").addEventListener("click", (event) => {
        const row = event.target.closest("tr");
        if (row) this.go(Number(row.dataset.place));
      });
      window.addEventListener("resize", () => { this.height = 0; this.draw(true); });
      window.addEventListener("hashchange", () => this.follow());
      document.addEventListener("click", (event) => this.again(event));
      window.addEventListener("beforeprint", () => { this.printing = true; this.draw(true); });
      window.addEventListener("afterprint", () => { this.printing = false; this.draw(true); });
      for (const part of [".choose", ".list"]) this.find(part).hidden = false;
      this.find(".trouble").remove();
    }

    buildHeads() {
      const heads = this.find("thead tr"), group = this.find("colgroup");
      for (const column of this.listed) {
        const head = element("th", `rank-${column.rank}${column.isNumber ? " number" : ""}`);
        head.scope = "col";
        const button = element("button", "", column.title);
        button.type = "button";
        button.addEventListener("click", () => this.sort(column));
        head.append(button);
        heads.append(head);
        column.head = head;
        const col = element("col", `rank-${column.rank}${column.isNumber ? " number" : ""}`);
        if (column.width !== null) col.style.setProperty("--width", `${column.width}rem`);
        group.append(col);
      }
      this.table.setAttribute("aria-colcount", this.listed.length);
    }

    buildSelect(column) {
      const ofTexts = new Map(), counts = new Map();
      for (let row = 0; row < this.count; row++) ofTexts.set(column.codes[row], (ofTexts.get(column.codes[row]) ?? 0) + 1);
      for (const [code, number] of ofTexts) {
        for (const part of code < 0 ? [null] : column.parts()[code]) counts.set(part, (counts.get(part) ?? 0) + number);
      }
      const label = element("label", "", column.title), select = element("select", "");
      const all = element("option", "", "all");
      all.value = "";
      select.append(all);
      const rest = [...counts].sort((a, b) => b[1] - a[1]);
      for (const [part, number] of rest) {
        const option = element("option", "", `${part === null ? "(none)" : readable(column, part)} (${number.toLocaleString("en")})`);
        option.value = part ?? NOTHING;
        select.append(option);
      }
      select.addEventListener("change", () => { this.choose(column.name, select.value); this.apply(); });
      label.append(select);
      this.find(".clear").before(label);
      return select;
    }

    choose(name, text) {
      if (text === "") this.chosen.delete(name);
      else this.chosen.set(name, text);
    }

    reset() {
      this.chosen.clear();
      this.words = "";
      this.sorted = null;
      this.order = null;
      this.down = false;
    }

    sort(column, down = null) {
      this.down = down ?? (this.sorted === column ? !this.down : false);
      this.sorted = column;
      this.order = null;
      this.apply();
    }

    ordered() {
      if (this.order) return this.order;
      const order = Uint32Array.from({ length: this.count }, (_, row) => row);
      if (this.sorted) {
        const keys = this.sorted.keys(), sign = this.down ? -1 : 1;
        order.sort((a, b) => {
          const x = keys[a], y = keys[b];
          if (x !== x || y !== y) return (x !== x) - (y !== y) || a - b;
          return x === y ? a - b : sign * (x < y ? -1 : 1);
        });
      }
      this.order = order;
      return order;
    }

    kept() {
      const kept = new Uint8Array(this.count).fill(1);
      for (const [name, text] of this.chosen) {
        const column = this.column(name);
        if (!column || column.isNumber) continue;
        const held = column.parts().map((parts) => text !== NOTHING && parts.includes(text));
        for (let row = 0; row < this.count; row++) {
          const code = column.codes[row];
          if (code < 0 ? text !== NOTHING : !held[code]) kept[row] = 0;
        }
      }
      const found = rowsWith(this.columns, this.words, this.count);
      for (let row = 0; row < this.count; row++) kept[row] &= found[row];
      return kept;
    }

    apply({ remember = true } = {}) {
      const kept = this.kept();
      this.shown = this.ordered().filter((row) => kept[row]);
      this.current = 0;
      this.list.scrollTop = 0;
      this.tell();
      if (remember) this.remember();
      this.draw(true);
      this.detail();
    }

    tell() {
      const format = (number) => number.toLocaleString("en");
      const { noun } = this.place.dataset;
      const n = this.shown.length;
      this.find(".status").textContent = n === this.count ? `All ${format(n)} ${noun}` : `${format(n)} of ${format(this.count)} ${noun}`;
      this.find(".save").disabled = n === 0;
      this.find(".clear").disabled = n === this.count && !this.sorted && !this.words && !this.chosen.size;
      this.find("input").value = this.words;
      for (const [name, select] of this.selects) {
        select.value = this.chosen.get(name) ?? "";
        select.classList.toggle("active", this.chosen.has(name));
      }
      for (const column of this.listed) column.head.removeAttribute("aria-sort");
      this.sorted?.head?.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      this.table.setAttribute("aria-rowcount", n + 1);
    }

    // The address holds what is chosen, so that links, bookmarks and reloading lead to the same rows.
    remember() {
      const parts = new URLSearchParams(this.chosen);
      if (this.words) parts.set("find", this.words);
      if (this.sorted) parts.set("sort", `${this.down ? "-" : ""}${this.sorted.name}`);
      const query = parts.toString();
      history.replaceState(null, "", `#${this.place.id}${query ? `?${query}` : ""}`);
    }

    follow() {
      const [anchor, query] = location.hash.slice(1).split(/\?(.*)/s);
      if (anchor !== this.place.id) return;
      this.reset();
      for (const [name, text] of new URLSearchParams(query ?? "")) {
        if (name === "find") this.words = text;
        else if (name === "sort") {
          this.down = text.startsWith("-");
          this.sorted = this.column(text.replace(/^-/, "")) ?? null;
        } else if (this.column(name)) this.choose(name, text);
      }
      this.apply({ remember: false });
      this.place.scrollIntoView({ behavior: "instant" });
      this.table.focus({ preventScroll: true });
    }

    // A link to what the address says already changes no address.
    again(event) {
      const link = event.target.closest("a");
      if (link && link.getAttribute("href") === location.hash) this.follow();
    }

    draw(anew = false) {
      const n = this.shown.length;
      if (!this.height) this.measure();
      const room = this.list.clientHeight;
      const first = this.printing ? 0 : Math.max(0, Math.floor(this.list.scrollTop / this.height) - SPARE);
      const last = this.printing ? Math.min(n, PRINTED) : Math.min(n, Math.ceil((this.list.scrollTop + room) / this.height) + SPARE);
      if (!anew && first >= this.first && last <= this.last && this.last - this.first < 6 * SPARE + room / this.height) return;
      [this.first, this.last] = [first, last];
      const rows = [];
      for (let place = first; place < last; place++) rows.push(this.rowAt(place));
      const [above, below] = this.place.querySelectorAll(".space tr");
      above.style.height = `${first * this.height}px`;
      below.style.height = `${this.printing ? 0 : (n - last) * this.height}px`;
      this.find(".window").replaceChildren(...rows);
      if (n > PRINTED) this.find(".status").dataset.printed = `Printed are the first ${PRINTED} of them.`;
      else delete this.find(".status").dataset.printed;
      this.point();
    }

    measure() {
      this.height = 34;
      if (!this.shown.length) return;
      this.find(".window").replaceChildren(this.rowAt(0));
      this.height = this.find(".window tr").getBoundingClientRect().height || 34;
      // A short table needs no room for a long one; what is chosen moves nothing.
      const needed = this.find("thead").offsetHeight + this.count * this.height + 4;
      this.list.style.height = "";
      if (needed < this.list.offsetHeight) this.list.style.height = `${needed}px`;
    }

    rowAt(place) {
      const row = this.shown[place], line = element("tr", "");
      line.dataset.place = place;
      line.id = `row-${place}`;
      line.setAttribute("aria-rowindex", place + 2);
      for (const column of this.listed) {
        const text = column.text(row);
        const cell = element("td", `rank-${column.rank}${column.isNumber ? " number" : ""}`, readable(column, text) || DASH);
        cell.title = text;
        if (!text) cell.classList.add("nothing");
        else if (!column.isNumber && column.colour(row)) cell.prepend(dot(column.colour(row)));
        line.append(cell);
      }
      return line;
    }

    point() {
      for (const row of this.place.querySelectorAll(".window tr")) row.setAttribute("aria-selected", Number(row.dataset.place) === this.current);
      const there = this.current >= this.first && this.current < this.last;
      if (there) this.table.setAttribute("aria-activedescendant", `row-${this.current}`);
      else this.table.removeAttribute("aria-activedescendant");
    }

    go(place) {
      const n = this.shown.length;
      if (!n) return;
      this.current = Math.max(0, Math.min(n - 1, place));
      const top = this.current * this.height, head = this.find("thead").offsetHeight;
      const room = this.list.clientHeight - head - 2;
      if (top < this.list.scrollTop) this.list.scrollTop = top;
      else if (top + this.height > this.list.scrollTop + room) this.list.scrollTop = top + this.height - room;
      this.draw();
      this.point();
      this.detail();
    }

    key(event) {
      if (event.target !== this.table || event.altKey || event.ctrlKey || event.metaKey) return;
      const page = Math.max(1, Math.floor(this.list.clientHeight / this.height) - 2);
      const to = {
        ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page,
        PageUp: this.current - page, Home: 0, End: this.shown.length - 1,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.go(to);
    }

    detail() {
      const panel = this.find(".details");
      panel.hidden = !this.shown.length;
      if (panel.hidden) return;
      const row = this.shown[this.current];
      panel.replaceChildren(...cardOf(this.columns, row));
    }

    save() {
      saveTable(this.columns, this.shown, this.place.dataset.file);
    }
  }

  for (const place of document.querySelectorAll(".rows")) {
    whenUnpacked(place, "listed", ([content]) => {
      const rows = new Rows(place, content);
      rows.apply({ remember: false });
      rows.follow();
    });
  }
}
