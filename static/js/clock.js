/* Lets the clock of the room run: #clock[data-ends] says when it ends, by the server's clock, of which
   body[data-now] tells the time. That one minute is left, and that it is over, is said aloud too. */
(function () {
  "use strict";
  var MINUTE = 60;
  var told = ""; // what was said of the clock that stands there
  var heard = ""; // data-now that `ahead` was reckoned from
  var ahead = 0; // ms by which the server's clock is ahead of this device's

  function serverNow() {
    var now = document.body.dataset.now;
    if (now && now !== heard) {
      heard = now;
      ahead = Number(now) * 1000 - Date.now();
    }
    return Date.now() + ahead;
  }

  function say(words, ends) {
    if (told === ends + words) return;
    told = ends + words;
    window.kompas.tell(words);
  }

  function tick() {
    var clock = document.getElementById("clock");
    if (!clock || !clock.dataset.ends) return;
    var left = Math.ceil((Number(clock.dataset.ends) - serverNow()) / 1000);
    var shown = clock.querySelector(".clock-left");
    var over = left <= 0;
    var words = over
      ? clock.dataset.over
      : Math.floor(left / MINUTE) + ":" + ("0" + (left % MINUTE)).slice(-2);
    if (shown.textContent !== words) shown.textContent = words;
    clock.classList.toggle("clock-over", over);
    if (over) say(clock.dataset.over, clock.dataset.ends);
    else if (left <= MINUTE) say(clock.dataset.minute, clock.dataset.ends);
  }

  function start() {
    tick();
    window.setInterval(tick, 250);
    document.addEventListener("kompas:replaced", tick);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
