/* A menu closes with Escape, and when one goes on elsewhere. */
(function () {
  "use strict";
  function close(but) {
    Array.prototype.forEach.call(document.querySelectorAll("details.menu[open]"), function (menu) {
      if (menu.contains(but)) return;
      menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    close(event.target);
  });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
