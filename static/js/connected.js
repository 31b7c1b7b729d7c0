/* Says on the laptop how many phones are connected: #connected[data-ask] is asked now and then, at an
   address of its own, so that no page changes with it. What it said stays when the page is renewed. */
(function () {
  "use strict";
  var EVERY = 15000; // ms
  var words = "";

  function show() {
    var place = document.getElementById("connected");
    if (!place) return;
    if (place.textContent !== words) place.textContent = words;
    place.hidden = !words;
  }

  function say(fresh) {
    words = fresh;
    show();
  }

  function ask() {
    var place = document.getElementById("connected");
    if (!place || document.hidden) return;
    window
      .fetch(place.dataset.ask, { credentials: "same-origin", cache: "no-store" })
      .then(function (response) {
        return response.ok && !response.redirected ? response.text() : "";
      })
      .then(say, function () {
        say(""); // an old number says nothing
      });
  }

  function start() {
    ask();
    window.setInterval(ask, EVERY);
    document.addEventListener("kompas:replaced", show);
    document.addEventListener("htmx:afterSettle", show);
    document.addEventListener("visibilitychange", ask);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
