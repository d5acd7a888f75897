"use strict";
{
  const { CLOSER, Grid, Hand, Raster, View, cardOf, colouringsOf, columnsOf, drawAxes, drawMarks, drawOutline, drawRing, element,
    format, inside, opacityOf, pixelOf, rowsWith, saveTable, showLegend, sizeOf, soon, themeOf, whenUnpacked } = phasewise;
  const NEAR = 12, NEAR_FINGER = 26, AWAY = 16, FAINT = 0.4, LONG = 18;

  const placesOf = ({ start, step, values }) => Float64Array.from(values, (v) => (v === null ? NaN : start + v * step));

  // Rows in an order by chance, the same each time, so that no kind of them covers another.
  function shuffled(rows) {
    let seed = 20240229;
    for (let last = rows.length - 1; last > 0; last--) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const other = Math.floor((seed / 2 ** 32) * (last + 1));
      [rows[last], rows[other]] = [rows[other], rows[last]];
    }
    return rows;
  }

  class Points {
    constructor(place, content, map) {
      Object.assign(this, { place, map, count: content.rows, columns: columnsOf(content) });
      Object.assign(this, { x: placesOf(map.x), y: placesOf(map.y), words: "", only: new Set(), inLasso: null });
      Object.assign(this, { path: null, over: -1, pinned: false, drawing: false, stale: true, waiting: false });
      this.placed = Uint8Array.from(this.x, (v) => (Number.isNaN(v) ? 0 : 1));
      this.order = shuffled(Uint32Array.from(this.x.keys()).filter((row) => this.placed[row]));
      this.card = [this.columns[0], ...map.hover.map((k) => this.columns[k])];
      this.colourings = colouringsOf(map, this.columns, this.placed);
      this.colouring = this.colourings[0];
      this.view = new View(this.x, this.y, map.equal);
      this.grid = new Grid(this.x, this.y, this.view);
      this.raster = new Raster();
      this.canvas = this.find("canvas");
      this.build();
    }

    find(selector) { return this.place.querySelector(selector); }

    build() {
      this.buildControls();
      this.hand = new Hand(this.canvas, this);
      this.place.addEventListener("keydown", (event) => { if (event.key === "Escape" && event.target !== this.canvas) this.escape(); });
      for (const part of [".choose", ".map", ".hint"]) this.find(part).hidden = false;
      this.find(".trouble").remove();
      new ResizeObserver(() => this.resize()).observe(this.find(".stage"));
      window.addEventListener("resize", () => this.resize());
      for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", () => this.retheme());
      window.addEventListener("hashchange", () => this.follow());
      document.addEventListener("click", (event) => {
        if (event.target.closest?.("a")?.getAttribute("href") === location.hash) this.follow();
      });
      this.theme = themeOf(this.place);
      this.apply();
      this.resize();
      this.follow();
    }

    // A link such as #map?cluster_name=Olivine shows these points alone, in the colours of that column.
    follow() {
      const [anchor, query] = location.hash.slice(1).split(/\?(.*)/s);
      if (!query || this.place.closest("section")?.id !== anchor) return;
      const [[name, text]] = new URLSearchParams(query);
      const at = this.map.colourings.findIndex(({ column }) => this.columns[column].name === name);
      const column = this.columns[this.map.colourings[at]?.column];
      if (!column?.codes) return;
      const code = column.texts.indexOf(text);
      [this.words, this.colouring, this.inLasso] = ["", this.colourings[at], Uint8Array.from(column.codes, (c) => (c === code ? 1 : 0))];
      this.find("select").value = at;
      this.only.clear();
      this.apply();
      this.place.scrollIntoView({ behavior: "instant" });
    }

    buildControls() {
      const search = this.find("input"), select = this.find("select");
      search.addEventListener("input", soon(() => { this.words = search.value; this.apply(); }));
      this.colourings.forEach((colouring, k) => {
        const option = element("option", "", colouring.title);
        option.value = k;
        select.append(option);
      });
      select.closest("label").hidden = this.colourings.length < 2;
      select.addEventListener("change", () => {
        this.colouring = this.colourings[Number(select.value)];
        this.only.clear();
        this.apply();
      });
      const work = {
        ".lasso": () => this.draws(!this.drawing), ".clear": () => this.clear(), ".save": () => this.save(),
        ".in": () => this.zoomBy(CLOSER), ".out": () => this.zoomBy(1 / CLOSER), ".reset": () => this.reset(),
      };
      for (const [button, does] of Object.entries(work)) this.find(button).addEventListener("click", does);
    }

    get choosing() { return Boolean(this.inLasso || this.only.size || this.words.trim()); }

    // Which rows are chosen by all that a reader has asked for; those without a place only count.
    apply() {
      const found = this.words.trim() ? rowsWith(this.columns, this.words, this.count) : null;
      const { inLasso, only, colouring: { index } } = this;
      this.lit = new Uint8Array(this.count);
      [this.number, this.unplaced] = [0, 0];
      for (let row = 0; row < this.count; row++) {
        if ((found && !found[row]) || (inLasso && !inLasso[row]) || (only.size && !only.has(index[row]))) continue;
        this.lit[row] = this.placed[row];
        if (this.placed[row]) this.number++;
        else this.unplaced++;
      }
      if (this.over >= 0 && !this.lit[this.over]) this.show(-1);
      this.tell();
      this.legend();
      this.redraw();
    }

    chosen() {
      const rows = [];
      for (let row = 0; row < this.count; row++) if (this.lit[row]) rows.push(row);
      return rows;
    }

    tell() {
      const { noun } = this.place.dataset, { choosing, number, unplaced } = this;
      const has = unplaced === 1 ? "row has" : "rows have";
      const lacking = unplaced ? `${format(unplaced)} ${choosing ? `such ${has}` : has} no place on the map.` : "";
      const how = choosing ? `${format(number)} of ${format(this.count)} ${noun} chosen` : `All ${format(this.count)} ${noun}`;
      const what = choosing && number ? this.colouring.tell(this.chosen()) : "";
      this.find(".status").textContent = `${how}${what ? `: ${what}` : ""}. ${lacking}`.trim();
      this.find(".save").disabled = !choosing || !number;
      this.find(".clear").disabled = !choosing;
      this.find("input").value = this.words;
      const by = this.colouring.title ? `, coloured by ${this.colouring.title}` : "";
      const sentence = `Map of ${format(this.order.length)} ${noun} by ${this.map.x.title} and ${this.map.y.title}${by}.`;
      this.canvas.setAttribute("aria-label", `${sentence} Arrow keys move it, plus and minus zoom, Enter tells what is in the middle.`);
    }

    legend() {
      const place = this.find(".legend"), at = [...place.querySelectorAll("button")].indexOf(document.activeElement);
      const scrolled = place.querySelector("ul")?.scrollTop ?? 0;
      showLegend(place, this.colouring, this.theme, this.only, (k) => {
        if (k === null) this.only.clear();
        else if (!this.only.delete(k)) this.only.add(k);
        this.apply();
      });
      if (place.querySelector("ul")) place.querySelector("ul").scrollTop = scrolled;
      if (at >= 0) place.querySelectorAll("button")[at]?.focus();
    }

    clear() {
      this.only.clear();
      this.words = "";
      this.inLasso = null;
      this.apply();
    }

    draws(drawing) {
      this.drawing = drawing;
      this.find(".lasso").setAttribute("aria-pressed", drawing);
      this.canvas.classList.toggle("drawing", drawing);
    }

    outline(path) {
      if (path === this.path && !path) return;
      if (path && !this.pinned) this.show(-1);
      this.path = path;
      this.later();
    }

    // Chooses what is within an outline on the screen: these points alone, these too, or these no more.
    surround(path, how) {
      const within = inside(this.x, this.y, path.map(([px, py]) => this.view.toData(px, py))), before = this.inLasso;
      this.inLasso = within.map((there, row) => {
        if (how === "add") return there || (before ? before[row] : 0);
        if (how === "remove") return !there && (before ? before[row] : this.placed[row]) ? 1 : 0;
        return there;
      });
      this.draws(false);
      this.apply();
    }

    save() { saveTable(this.columns, this.chosen(), this.place.dataset.file); }

    escape() {
      if (this.pinned) this.show(-1);
      else if (this.drawing) this.draws(false);
      else this.clear();
    }

    pan(dx, dy) {
      this.view.pan(dx, dy);
      this.moved();
    }

    zoomAt(px, py, factor) {
      this.view.zoomAt(px, py, factor);
      this.moved();
    }

    zoomBy(factor) { this.zoomAt(this.view.left + this.view.width / 2, this.view.top + this.view.height / 2, factor); }

    reset() {
      this.view.reset();
      this.show(-1);
      this.moved();
    }

    moved() {
      if (this.over >= 0 && this.pinned) this.placeCard();
      else this.show(-1);
      this.redraw();
    }

    hover(at) {
      if (this.pinned) return;
      const row = at && this.view.holds(...at) ? this.grid.nearest(this.view, ...at, NEAR, this.lit) : -1;
      if (row !== this.over) this.show(row);
    }

    // Pins what is at a place, or nearest to the middle if that is null.
    tap(at, finger) {
      const { left, top, width, height } = this.view;
      const [px, py] = at ?? [left + width / 2, top + height / 2];
      const reach = at ? (finger ? NEAR_FINGER : NEAR) : Math.hypot(width, height) / 2;
      const row = this.view.holds(px, py) ? this.grid.nearest(this.view, px, py, reach, this.lit) : -1;
      this.show(this.pinned && row === this.over ? -1 : row, true);
    }

    show(row, pinned = false) {
      const card = this.find(".card");
      this.pinned = pinned && row >= 0;
      this.over = row;
      card.hidden = row < 0;
      card.classList.toggle("pinned", this.pinned);
      this.canvas.classList.toggle("over", row >= 0);
      if (row >= 0) {
        card.replaceChildren(...cardOf(this.card, row, LONG));
        this.placeCard();
      }
      this.later();
    }

    // Beside the point, and within both the map's width and the window.
    placeCard() {
      const card = this.find(".card"), stage = this.find(".stage").getBoundingClientRect();
      const [px, py] = this.view.toScreen(this.x[this.over], this.y[this.over]);
      card.style.maxHeight = `${Math.min(innerHeight - 16, 640)}px`;
      const { offsetWidth: width, offsetHeight: height } = card;
      const beside = stage.left + px + AWAY + width < innerWidth - 8 ? px + AWAY : px - AWAY - width;
      const within = (v, start, size, room) => Math.max(8 - start, Math.min(room - 8 - size - start, v));
      card.style.left = `${within(beside, stage.left, width, document.documentElement.clientWidth)}px`;
      card.style.top = `${within(py - height / 2, stage.top, height, innerHeight)}px`;
    }

    retheme() {
      this.theme = themeOf(this.place);
      this.legend();
      this.stale = true;
      this.paint();
    }

    resize() {
      const { clientWidth: width, clientHeight: height } = this.canvas, dpr = devicePixelRatio;
      if (!width || !height) return;
      [this.canvas.width, this.canvas.height] = [Math.round(width * dpr), Math.round(height * dpr)];
      this.view.resize(width, height);
      this.raster.resize(this.view, dpr);
      if (this.over >= 0) this.placeCard();
      this.stale = true;
      this.paint();
    }

    redraw() {
      this.stale = true;
      this.later();
    }

    later() {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => { this.waiting = false; this.paint(); });
    }

    paint() {
      const { canvas, raster, theme, view, map } = this, context = canvas.getContext("2d", { alpha: false });
      if (!raster.image) return;
      // The window was moved to a screen of other pixels.
      if (raster.dpr !== devicePixelRatio) return this.resize();
      if (this.stale) this.rasterise();
      this.stale = false;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = theme.paper;
      context.fillRect(0, 0, canvas.width, canvas.height);
      raster.put(context, view);
      context.scale(raster.dpr, raster.dpr);
      drawAxes(context, view, theme, [map.x.title, map.y.title]);
      drawMarks(context, view, theme, map.marks);
      if (this.path) drawOutline(context, theme, this.path);
      if (this.over >= 0) drawRing(context, view, theme, [this.x[this.over], this.y[this.over]], sizeOf(this.order.length, view.zoom));
    }

    // All points: the chosen ones in their colours above the faint others.
    rasterise() {
      const { colouring, raster, theme, view } = this, radius = sizeOf(this.order.length, view.zoom);
      const pixels = (colours) => Uint32Array.from(colours, (colour) => pixelOf(theme[colour] ?? colour));
      const look = { marks: this.lit, index: colouring.index, radius };
      raster.empty(theme.paper);
      if (this.number < this.order.length) {
        const palette = pixels(["faint"]), index = new Uint16Array(this.count);
        raster.discs(this, view, { ...look, mark: 0, index, palette, opacity: FAINT });
      }
      const opacity = opacityOf(this.number, view.zoom);
      raster.discs(this, view, { ...look, mark: 1, palette: pixels(colouring.palette()), opacity });
    }
  }

  for (const place of document.querySelectorAll(".points")) {
    whenUnpacked(place, "drawn", ([content, map]) => { place.points = new Points(place, content, map); });
  }
}
