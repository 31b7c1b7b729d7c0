/* The sweep along the arguments by keys, as an extra: a number chooses in the question that is
   asked now, the arrows go to another argument. Only while the focus is in the sweep. */
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    var sweep = document.querySelector("[data-sweep]");
    if (!sweep || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!sweep.contains(document.activeElement)) return;
    var target = null;
    if (/^[1-9]$/.test(event.key)) {
      target = sweep.querySelectorAll("[data-asking] button")[Number(event.key) - 1];
    } else if (event.key === "ArrowRight") {
      target = sweep.querySelector("[data-next]");
    } else if (event.key === "ArrowLeft") {
      target = sweep.querySelector("[data-before]");
    }
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
