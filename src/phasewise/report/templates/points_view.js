"use strict";
// Where points stand on the screen, which of them is near to a place, and which are in an outline.
{
  const MARGIN = { left: 58, right: 10, top: 10, bottom: 54 }, ROOM = 0.04;
  const CLOSEST = 2000, FARTHEST = 0.5, SIDE = 512;

  function extent(values) {
    let low = Infinity, high = -Infinity;
    for (const v of values) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
    return low <= high ? [low, high] : [0, 1];
  }

  class View {
    constructor(x, y, equal) {
      Object.assign(this, { x: extent(x), y: extent(y), equal });
      this.reset();
    }

    reset() {
      this.centreX = (this.x[0] + this.x[1]) / 2;
      this.centreY = (this.y[0] + this.y[1]) / 2;
      this.zoom = 1;
    }

    resize(width, height) {
      this.left = MARGIN.left;
      this.top = MARGIN.top;
      this.width = Math.max(1, width - MARGIN.left - MARGIN.right);
      this.height = Math.max(1, height - MARGIN.top - MARGIN.bottom);
      const fitted = ([low, high], room) => (room * (1 - 2 * ROOM)) / (high - low || 1);
      this.fitX = fitted(this.x, this.width);
      this.fitY = fitted(this.y, this.height);
      if (this.equal) this.fitX = this.fitY = Math.min(this.fitX, this.fitY);
    }

    get scaleX() { return this.fitX * this.zoom; }

    get scaleY() { return this.fitY * this.zoom; }

    toScreen(x, y) {
      return [this.left + this.width / 2 + (x - this.centreX) * this.scaleX, this.top + this.height / 2 - (y - this.centreY) * this.scaleY];
    }

    toData(px, py) {
      return [this.centreX + (px - this.left - this.width / 2) / this.scaleX, this.centreY - (py - this.top - this.height / 2) / this.scaleY];
    }

    pan(dx, dy) {
      const within = (v, [low, high]) => Math.max(low, Math.min(high, v));
      this.centreX = within(this.centreX - dx / this.scaleX, this.x);
      this.centreY = within(this.centreY + dy / this.scaleY, this.y);
    }

    // What is at the place stays there.
    zoomAt(px, py, factor) {
      const [x, y] = this.toData(px, py);
      this.zoom = Math.max(FARTHEST, Math.min(CLOSEST, this.zoom * factor));
      const [nowX, nowY] = this.toScreen(x, y);
      this.pan(px - nowX, py - nowY);
    }

    holds(px, py) {
      return px >= this.left && px <= this.left + this.width && py >= this.top && py <= this.top + this.height;
    }
  }

  // Round numbers within limits, as many as there is room for.
  function ticks(low, high, number) {
    const rough = (high - low) / Math.max(1, number), power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= rough);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
      found.push([k * step, (k * step).toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "\u2212")]);
    }
    return found;
  }

  // Points by the square of a grid in which they stand.
  class Grid {
    constructor(x, y, view) {
      Object.assign(this, { x, y });
      this.side = Math.max(1, Math.min(SIDE, Math.ceil(Math.sqrt(x.length / 2))));
      [this.startX, this.startY] = [view.x[0], view.y[0]];
      this.cellX = (view.x[1] - view.x[0]) / this.side || 1;
      this.cellY = (view.y[1] - view.y[0]) / this.side || 1;
      const counts = new Uint32Array(this.side * this.side + 1), cells = new Int32Array(x.length).fill(-1);
      for (let row = 0; row < x.length; row++) {
        if (Number.isNaN(x[row])) continue;
        cells[row] = this.line(y[row], this.startY, this.cellY) * this.side + this.line(x[row], this.startX, this.cellX);
        counts[cells[row] + 1]++;
      }
      for (let cell = 0; cell < this.side * this.side; cell++) counts[cell + 1] += counts[cell];
      this.first = counts.slice();
      this.rows = new Uint32Array(counts[this.side * this.side]);
      for (let row = 0; row < x.length; row++) if (cells[row] >= 0) this.rows[counts[cells[row]]++] = row;
    }

    line(value, start, cell) {
      return Math.max(0, Math.min(this.side - 1, Math.floor((value - start) / cell)));
    }

    // The row that counts and whose point is nearest to a place on the screen, -1 if none is within reach.
    nearest(view, px, py, reach, counts) {
      const [left, low] = view.toData(px - reach, py + reach), [right, high] = view.toData(px + reach, py - reach);
      const [x, y] = view.toData(px, py);
      const columns = [this.line(left, this.startX, this.cellX), this.line(right, this.startX, this.cellX)];
      let best = reach * reach, found = -1;
      for (let line = this.line(low, this.startY, this.cellY); line <= this.line(high, this.startY, this.cellY); line++) {
        const last = this.first[line * this.side + columns[1] + 1];
        for (let at = this.first[line * this.side + columns[0]]; at < last; at++) {
          const row = this.rows[at];
          const distance = ((this.x[row] - x) * view.scaleX) ** 2 + ((this.y[row] - y) * view.scaleY) ** 2;
          if (counts[row] && distance <= best) [best, found] = [distance, row];
        }
      }
      return found;
    }
  }

  // For each point whether it is within a closed outline, by the even-odd rule.
  function inside(x, y, outline) {
    const found = new Uint8Array(x.length);
    const [left, right] = extent(outline.map(([v]) => v)), [low, high] = extent(outline.map(([, v]) => v));
    for (let row = 0; row < x.length; row++) {
      if (!(x[row] >= left && x[row] <= right && y[row] >= low && y[row] <= high)) continue;
      let [x0, y0] = outline[outline.length - 1];
      for (const [x1, y1] of outline) {
        if (y0 > y[row] !== y1 > y[row] && x[row] < ((x1 - x0) * (y[row] - y0)) / (y1 - y0) + x0) found[row] ^= 1;
        [x0, y0] = [x1, y1];
      }
    }
    return found;
  }

  Object.assign(phasewise, { Grid, View, inside, ticks });
}
