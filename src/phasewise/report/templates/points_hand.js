"use strict";
// What the hands of a reader do on a map: mouse, pen, fingers and keys.
{
  const STILL = 4, STEP = 60, CLOSER = 1.5;

  class Hand {
    // `map` has: pan, zoomAt, reset, hover, tap, escape, `drawing` (whether a drag draws) and surround(path, how).
    constructor(canvas, map) {
      Object.assign(this, { canvas, map, down: new Map(), path: null, how: "", moved: false });
      canvas.addEventListener("pointerdown", (event) => this.press(event));
      canvas.addEventListener("pointermove", (event) => this.move(event));
      canvas.addEventListener("pointerup", (event) => this.lift(event));
      canvas.addEventListener("pointercancel", (event) => this.cancel(event));
      canvas.addEventListener("pointerleave", () => map.hover(null));
      canvas.addEventListener("dblclick", () => { if (!map.drawing) map.reset(); });
      canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      canvas.addEventListener("keydown", (event) => this.key(event));
    }

    place(event) {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    }

    press(event) {
      if (event.button !== 0) return;
      this.canvas.setPointerCapture(event.pointerId);
      this.down.set(event.pointerId, this.place(event));
      if (this.down.size > 1) {
        this.path = null;
        this.moved = true;
        return;
      }
      this.moved = false;
      this.how = event.altKey ? "remove" : event.shiftKey ? "add" : "new";
      this.path = this.map.drawing || this.how !== "new" ? [this.place(event)] : null;
    }

    move(event) {
      const at = this.place(event), before = this.down.get(event.pointerId);
      if (!before) {
        if (event.pointerType !== "touch") this.map.hover(at);
        return;
      }
      const [dx, dy] = [at[0] - before[0], at[1] - before[1]];
      if (!this.moved && Math.hypot(dx, dy) < STILL) return;
      this.moved = true;
      const other = [...this.down].find(([id]) => id !== event.pointerId)?.[1];
      this.down.set(event.pointerId, at);
      if (other) this.pinch(before, at, other);
      else if (this.path) this.path.push(at);
      else this.map.pan(dx, dy);
      if (this.path) this.map.outline(this.path);
    }

    pinch(before, at, other) {
      const apart = (a) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
      this.map.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
      this.map.zoomAt((at[0] + other[0]) / 2, (at[1] + other[1]) / 2, apart(at) / apart(before));
    }

    lift(event) {
      if (!this.down.delete(event.pointerId)) return;
      const { path, how } = this;
      if (this.down.size) return;
      this.path = null;
      this.map.outline(null);
      if (!this.moved) this.map.tap(this.place(event), event.pointerType === "touch");
      else if (path && path.length > 2) this.map.surround(path, how);
    }

    cancel(event) {
      this.down.delete(event.pointerId);
      this.stop();
    }

    // Whether there was an outline to be given up.
    stop() {
      const was = this.path !== null;
      this.path = null;
      this.map.outline(null);
      return was;
    }

    wheel(event) {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1, faster = event.ctrlKey ? 5 : 1;
      this.map.zoomAt(...this.place(event), Math.exp(-event.deltaY * lines * faster * 0.0016));
    }

    key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const work = {
        ArrowLeft: () => this.map.pan(STEP, 0), ArrowRight: () => this.map.pan(-STEP, 0),
        ArrowUp: () => this.map.pan(0, STEP), ArrowDown: () => this.map.pan(0, -STEP),
        "+": () => this.map.zoomBy(CLOSER), "=": () => this.map.zoomBy(CLOSER), "-": () => this.map.zoomBy(1 / CLOSER),
        0: () => this.map.reset(), Enter: () => this.map.tap(null, false),
        Escape: () => { if (!this.stop()) this.map.escape(); },
      }[event.key];
      if (!work) return;
      event.preventDefault();
      work();
    }
  }

  Object.assign(phasewise, { CLOSER, Hand });
}
