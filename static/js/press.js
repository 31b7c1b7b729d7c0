/* A press counts, also when the screen was renewed between down and up: the button that stands in
   the place of the one that was pressed, under the same id, is pressed instead. */
(function () {
  "use strict";
  var held = null; // the button under the finger, the mouse or the space bar

  function hold(event) {
    if (event.type === "keydown" && event.key !== " ") return;
    if (event.type === "mousedown" && event.button !== 0) return;
    if (event.repeat) return;
    held = event.target.closest ? event.target.closest("button[id]") : null;
  }

  function release(event) {
    if (event.type === "keyup" && event.key !== " ") return;
    var button = held;
    held = null;
    if (!button || document.contains(button)) return;
    var fresh = document.getElementById(button.id);
    if (fresh && fresh.contains(event.target)) fresh.click();
  }

  ["keydown", "mousedown"].forEach(function (name) {
    document.addEventListener(name, hold, true);
  });
  ["keyup", "mouseup"].forEach(function (name) {
    document.addEventListener(name, release, true);
  });
})();
