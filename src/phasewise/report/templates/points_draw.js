"use strict";
// Draws points pixel by pixel, and around and above them axes, marks and outlines.
{
  const { ticks } = phasewise;
  const RED_BLUE = 0x00ff00ff, GREEN = 0x0000ff00, OPAQUE = 0xff000000;
  const SHIFTS = 4, PAD = 18, LARGEST = 6.5, TICK = 4, ASIDE = 92;

  // A colour of a ramp of #rrggbb, from its start, 0, to its end, 1.
  function mixed(ramp, share) {
    const at = share * (ramp.length - 1), k = Math.min(ramp.length - 2, Math.floor(at));
    const part = (c, from) => parseInt(c.slice(from, from + 2), 16);
    const parts = [1, 3, 5].map((from) => Math.round(part(ramp[k], from) + (at - k) * (part(ramp[k + 1], from) - part(ramp[k], from))));
    return `#${parts.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
  }

  // Colours of the page as it stands now, by day, night or on paper.
  function themeOf(place) {
    const style = getComputedStyle(place), theme = { font: style.fontFamily };
    for (const name of ["paper", "ink", "soft", "line", "control", "accent"]) theme[name] = style.getPropertyValue(`--${name}`).trim();
    theme.faint = mixed([theme.line, theme.control], 0.3);
    return theme;
  }

  // #rrggbb or #rgb as a pixel: alpha, blue, green, red from the highest byte.
  function pixelOf(colour) {
    const hex = colour.length === 4 ? [...colour.slice(1)].map((c) => c + c).join("") : colour.slice(1);
    const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
  }

  const between = (low, v, high) => Math.max(low, Math.min(high, v));

  // Points grow as one comes nearer; where there are many they are small, and let each other through.
  function sizeOf(number, zoom) {
    return between(1.2, between(1.45, 11 / Math.max(1, number) ** 0.17, 4.5) * zoom ** 0.28, LARGEST);
  }

  function opacityOf(number, zoom) {
    return between(0.3, between(0.45, 2.4 * Math.max(1, number) ** -0.13, 0.92) * zoom ** 0.2, 0.92);
  }

  // A disc as steps from its middle pixel with what each covers of 256, for each shift by a part of a pixel.
  function stampsOf(radius, opacity, stride) {
    const reach = Math.ceil(radius + 1), stamps = [];
    for (let shift = 0; shift < SHIFTS * SHIFTS; shift++) {
      const x = ((shift % SHIFTS) + 0.5) / SHIFTS - 0.5, y = (Math.floor(shift / SHIFTS) + 0.5) / SHIFTS - 0.5;
      const steps = [], cover = [];
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const part = Math.round(256 * opacity * between(0, radius + 0.5 - Math.hypot(dx - x, dy - y), 1));
          if (part > 0) {
            steps.push(dy * stride + dx);
            cover.push(part);
          }
        }
      }
      stamps.push([Int32Array.from(steps), Int32Array.from(cover)]);
    }
    return stamps;
  }

  class Raster {
    resize(view, dpr) {
      this.dpr = dpr;
      [this.width, this.height] = [Math.round(view.width * dpr), Math.round(view.height * dpr)];
      this.stride = this.width + 2 * PAD;
      this.image = new ImageData(this.stride, this.height + 2 * PAD);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }

    empty(colour) { this.pixels.fill(pixelOf(colour)); }

    // Points of the rows with this mark, in an order that favours none.
    discs({ order, x, y }, view, { marks, mark, index, palette, radius, opacity }) {
      const { dpr, width, height, stride, pixels } = this, stamps = stampsOf(radius * dpr, opacity, stride);
      const scaleX = view.scaleX * dpr, scaleY = view.scaleY * dpr, edge = Math.min(PAD - 2, Math.ceil(radius * dpr) + 1);
      const startX = width / 2 - view.centreX * scaleX + PAD, startY = height / 2 + view.centreY * scaleY + PAD;
      const least = PAD - edge, mostX = PAD + width + edge, mostY = PAD + height + edge;
      for (let k = 0; k < order.length; k++) {
        const row = order[k];
        if (marks[row] !== mark) continue;
        const px = startX + x[row] * scaleX, py = startY - y[row] * scaleY;
        if (!(px >= least && px < mostX && py >= least && py < mostY)) continue;
        const column = px | 0, line = py | 0;
        const [steps, cover] = stamps[(((py - line) * SHIFTS) | 0) * SHIFTS + (((px - column) * SHIFTS) | 0)];
        const colour = palette[index[row]], redBlue = colour & RED_BLUE, green = colour & GREEN, middle = line * stride + column;
        for (let s = 0; s < steps.length; s++) {
          const at = middle + steps[s], part = cover[s], rest = 256 - part, under = pixels[at];
          const mixed = ((Math.imul(under & RED_BLUE, rest) + Math.imul(redBlue, part) + 0x800080) >>> 8) & RED_BLUE;
          pixels[at] = OPAQUE | mixed | (((under & GREEN) * rest + green * part + 0x8000) >>> 8) & GREEN;
        }
      }
    }

    put(context, view) {
      const left = Math.round(view.left * this.dpr) - PAD, top = Math.round(view.top * this.dpr) - PAD;
      context.putImageData(this.image, left, top, PAD, PAD, this.width, this.height);
    }
  }

  function drawAxes(context, view, theme, [titleX, titleY]) {
    const { left, top, width, height } = view, right = left + width, bottom = top + height;
    const [lowX, lowY] = view.toData(left, bottom), [highX, highY] = view.toData(right, top);
    context.strokeStyle = theme.control;
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
    context.fillStyle = theme.soft;
    context.font = `11.5px ${theme.font}`;
    context.beginPath();
    [context.textAlign, context.textBaseline] = ["center", "top"];
    for (const [value, text] of ticks(lowX, highX, width / 90)) {
      const px = Math.round(view.toScreen(value, 0)[0]) + 0.5;
      context.moveTo(px, bottom + 1);
      context.lineTo(px, bottom + 1 + TICK);
      context.fillText(text, px, bottom + TICK + 5);
    }
    [context.textAlign, context.textBaseline] = ["right", "middle"];
    for (const [value, text] of ticks(lowY, highY, height / 70)) {
      const py = Math.round(view.toScreen(0, value)[1]) + 0.5;
      context.moveTo(left - 1 - TICK, py);
      context.lineTo(left - 1, py);
      context.fillText(text, left - TICK - 5, py);
    }
    context.stroke();
    context.fillStyle = theme.ink;
    context.font = `13px ${theme.font}`;
    [context.textAlign, context.textBaseline] = ["center", "alphabetic"];
    context.fillText(titleX, left + width / 2, bottom + 42, Math.max(60, width - 2 * ASIDE));
    context.save();
    context.translate(14, top + height / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(titleY, 0, 0, height);
    context.restore();
  }

  // Texts at their places; one that would cover another waits until there is room.
  function drawMarks(context, view, theme, marks) {
    context.font = `600 12.5px ${theme.font}`;
    [context.textAlign, context.textBaseline, context.lineJoin] = ["center", "middle", "round"];
    const taken = [];
    for (const [x, y, text] of marks) {
      const [px, py] = view.toScreen(x, y), wide = context.measureText(text).width / 2 + 4;
      if (!view.holds(px, py)) continue;
      const at = between(view.left + wide, px, view.left + view.width - wide), up = between(view.top + 10, py, view.top + view.height - 10);
      if (taken.some((box) => Math.abs(box[0] - at) < box[2] + wide && Math.abs(box[1] - up) < 18)) continue;
      taken.push([at, up, wide]);
      context.globalAlpha = 0.85;
      context.strokeStyle = theme.paper;
      context.lineWidth = 4;
      context.strokeText(text, at, up);
      context.globalAlpha = 1;
      context.fillStyle = theme.ink;
      context.fillText(text, at, up);
    }
    return taken.length;
  }

  function drawRing(context, view, theme, [x, y], radius) {
    const [px, py] = view.toScreen(x, y);
    if (!view.holds(px, py)) return;
    for (const [colour, wide] of [[theme.paper, 4.5], [theme.ink, 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.beginPath();
      context.arc(px, py, radius + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  function drawOutline(context, theme, path) {
    context.beginPath();
    path.forEach(([px, py], k) => (k ? context.lineTo(px, py) : context.moveTo(px, py)));
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = theme.accent;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.stroke();
  }

  Object.assign(phasewise, { Raster, drawAxes, drawMarks, drawOutline, drawRing, mixed, opacityOf, pixelOf, sizeOf, themeOf });
}
