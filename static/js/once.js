/* A form[data-once] is sent once: a second press while it is on its way does nothing. */
(function () {
  "use strict";
  var AGAIN = 20000; // ms, after which somebody who still waits may press once more

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    window.setTimeout(function () {
      delete form.dataset.sent;
    }, AGAIN);
  });

  // A page that was refused answers a POST: without this, coming back to it asks to send it again.
  if (document.getElementById("errors") && window.history.replaceState) {
    window.history.replaceState(window.history.state, "", window.location.href);
  }

  // Somebody who comes back to the page may send it again.
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-once]"), function (form) {
      delete form.dataset.sent;
    });
  });
})();
