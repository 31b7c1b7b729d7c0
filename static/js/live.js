/* Keeps a screen up to date. An event only says that something changed; what changed is asked
   with a conditional GET of this same page, of which each [data-live] part is then replaced.
   Without events, and when a stream is open and nothing comes out of it (something on the way holds it
   up), the same is asked every few seconds. #connection says which of these it is. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  var RECONNECT = 3000; // ms until the first try after a failure; doubles up to a minute
  var POLL = 5000; // ms between questions while no stream is open
  var CHECK = 60000; // ms between questions while one is: nothing depends on having seen an event
  var FIRST = 3500; // ms in which a stream says its first word
  var SILENCE = 40000; // ms after which it is held up or dead: it says something every fifteen seconds
  var LONGEST = 120000; // ms at most until a stream that failed is tried again

  var tag = "";
  var stream = null;
  var heard = 0; // when the stream last said something, 0 while it has not
  var opened = 0; // when it was asked for
  var misses = 0; // streams in a row that failed, or said nothing
  var tryAt = 0; // before then no stream is tried
  var state = "on"; // or "slow": asks now and then; or "lost"
  var word = ""; // by which this page is counted while it has no stream; it says nothing of whose it is
  var asking = false;
  var again = false;
  var failures = 0;
  var timer = null;
  var heldBack = false; // something new waits until what is being sent has its answer
  var acts = 0; // answers to what was done on this page: what was asked before one of them is old
  var known = {}; // id of a part -> what the server last said that it is

  function parts(where) {
    return Array.prototype.slice.call(where.querySelectorAll("[data-live][id]"));
  }

  // Tokens and fresh ids differ at every rendering and are no change; nor is what a script of this
  // page put in an element that is its own.
  function said(element) {
    return element.outerHTML
      .replace(/(name="(?:csrfmiddlewaretoken|id|secret|key)" value=")[^"]*/g, "$1")
      .replace(/(<[^>]* data-own[^>]*?)(?: hidden(?:="")?)?>[^<]*/g, "$1>");
  }

  function changedByHand(field) {
    if (field.type === "hidden" || field.type === "submit" || field.type === "button") return false;
    if (field.type === "radio" || field.type === "checkbox") {
      return field.checked !== field.defaultChecked;
    }
    if (field.tagName === "SELECT") {
      return Array.prototype.some.call(field.options, function (option) {
        return option.selected !== option.defaultSelected && option.selected && option.index !== 0;
      });
    }
    return field.value !== field.defaultValue;
  }

  // Also when what is typed is by chance what stood there at first: it is still to be sent.
  function inUse(element) {
    if (element.matches("[data-typed]") || element.querySelector("[data-typed]")) return true;
    return Array.prototype.some.call(
      element.querySelectorAll("input, textarea, select"),
      changedByHand
    );
  }

  // Its answer takes the place of what stands there, so that has to stay until then.
  function isSending(element) {
    return element.matches("form.htmx-request") || element.querySelector("form.htmx-request");
  }

  // Whether the server has by now just what was typed here.
  function holdsThis(old, fresh) {
    var fields = old.querySelectorAll("input, textarea, select");
    return Array.prototype.every.call(fields, function (field) {
      if (field.type === "hidden") return true;
      var other = field.id && fresh.querySelector('[id="' + field.id + '"]');
      if (!other) return false;
      if (field.type === "radio" || field.type === "checkbox") return other.checked === field.checked;
      return other.value === field.value;
    });
  }

  // What was typed is what stands there from now on; the field and the cursor in it stay.
  function settle(old, fresh) {
    Array.prototype.forEach.call(old.querySelectorAll("input, textarea"), function (field) {
      if (field.name === "version") {
        var other = field.id && fresh.querySelector('[id="' + field.id + '"]');
        if (other) field.value = other.value;
      } else if (field.type === "radio" || field.type === "checkbox") {
        field.defaultChecked = field.checked;
      } else if (field.type !== "hidden") {
        field.defaultValue = field.value;
      }
    });
  }

  function showState() {
    var connection = document.getElementById("connection");
    if (connection) {
      connection.classList.toggle("sign-slow", state === "slow");
      connection.classList.toggle("sign-lost", state === "lost");
    }
    var banner = document.getElementById("offline");
    if (banner) banner.hidden = state !== "lost";
    root.classList.toggle("is-lost", state === "lost");
  }

  // The sign is drawn anew with its part of the page; only what changes is said aloud.
  function sign(now) {
    var before = state;
    state = now;
    showState();
    if (before === now || now === "lost") return; // the banner says that itself
    var connection = document.getElementById("connection");
    var shown = connection && connection.querySelector(".sign-word-" + now);
    if (shown) tell(shown.textContent);
  }

  function hears() {
    return Boolean(stream) && heard > 0 && Date.now() - heard < SILENCE;
  }

  function replace(old, fresh) {
    var focused = document.activeElement && old.contains(document.activeElement)
      ? document.activeElement.id
      : "";
    var open = Array.prototype.map.call(old.querySelectorAll("details[id][open]"), function (one) {
      return one.id;
    });
    var node = document.importNode(fresh, true);
    old.parentNode.replaceChild(node, old);
    open.forEach(function (id) {
      var details = document.getElementById(id);
      if (details) details.open = true;
    });
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    if (window.htmx) window.htmx.process(node);
    showState();
    document.dispatchEvent(new CustomEvent("kompas:replaced", { detail: node }));
  }

  // What happens for all is said aloud to whoever does not see it happen.
  function tell(words) {
    document.getElementById("voice").textContent = words || "";
  }

  function moment(name) {
    root.classList.add(name);
    window.setTimeout(function () {
      root.classList.remove(name);
    }, 1200);
  }

  function apply(page) {
    var before = document.body.dataset;
    var now = page.body.dataset;
    var moved = (before.step || "") !== (now.step || "");
    var revealed = (before.revealed || "") !== (now.revealed || "");
    var asked = (before.asked || "") !== (now.asked || "") && now.asked;
    var kept = false;
    heldBack = false;
    parts(document).forEach(function (old) {
      var fresh = page.getElementById(old.id);
      if (!fresh) return;
      var words = said(fresh);
      if (known[old.id] === words) return;
      // A form that saves itself: what comes back is one's own text.
      if (old.tagName === "FORM" && (inUse(old) || old.contains(document.activeElement)) && holdsThis(old, fresh)) {
        known[old.id] = words;
        settle(old, fresh);
        return;
      }
      if (isSending(old)) {
        heldBack = true;
        return;
      }
      if (inUse(old)) {
        // Where nothing can be written any more, a form comes back as words.
        if (old.tagName === "FORM" && fresh.tagName === "FORM" && window.kompas.isOwn(old, fresh)) return;
        kept = true; // somebody is typing there: what is typed stays, until it is sent
        return;
      }
      known[old.id] = words;
      replace(old, fresh);
    });
    var newer = document.getElementById("newer");
    if (newer) newer.hidden = !kept;
    var words = document.getElementById("newer-words");
    var why = page.getElementById("newer-words");
    if (words && why) words.textContent = why.textContent; // why something new has come
    if (asked) tell(now.saysAsked);
    else if (now.saysStep && before.saysStep !== now.saysStep) tell(now.saysStep);
    else if (revealed) tell(now.saysRevealed);
    ["events", "tag", "step", "saysStep", "revealed", "asked", "release", "now"].forEach(function (name) {
      if (name in now) before[name] = now[name];
    });
    // What was kept is asked for again, whole, the next time.
    tag = kept || heldBack ? "" : now.tag || "";
    document.title = page.title;
    if (moved) moment("just-moved");
    if (revealed) moment("just-revealed");
  }

  function later(ms) {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, ms);
  }

  function ask() {
    if (document.hidden) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    var address = window.location.pathname + window.location.search;
    var before = acts;
    var headers = {};
    if (hears()) headers["Kompas-Page"] = word + " listens";
    else if (!stream) headers["Kompas-Page"] = word + " asks";
    if (tag) headers["If-None-Match"] = '"' + tag + '"';
    window
      .fetch(address, {
        headers: headers,
        credentials: "same-origin",
        cache: "no-store",
      })
      .then(function (response) {
        if (response.status >= 500) throw new Error(String(response.status));
        if (response.status === 304) return null;
        if (!response.ok || response.redirected) {
          // The right to see this has ended, or it is elsewhere now.
          if (!inUse(document.body)) window.location.reload();
          return null;
        }
        return response.text();
      })
      .then(function (text) {
        failures = 0;
        if (before !== acts || address !== window.location.pathname + window.location.search) {
          again = true; // meanwhile something was done here, or the address says otherwise what is open
          return;
        }
        if (text !== null) apply(new DOMParser().parseFromString(text, "text/html"));
        listen();
        if (navigator.onLine === false) sign("lost"); // this answer may be from just before
        else if (hears()) sign("on");
        else if (misses > 1) sign("slow"); // a stream that broke is mostly back at once
        else if (state === "lost") sign("on");
      })
      .catch(function () {
        failures += 1;
        sign("lost");
      })
      .then(function () {
        asking = false;
        if (again) {
          again = false;
          ask();
          return;
        }
        var wait = failures
          ? Math.min(RECONNECT * Math.pow(2, failures - 1), 60000)
          : hears()
            ? CHECK
            : POLL;
        later(wait * (0.8 + 0.4 * Math.random()));
      });
  }

  function listen() {
    if (document.hidden || !window.EventSource || !document.body.dataset.events) return;
    var now = Date.now();
    if (stream && now - (heard || opened) > (heard ? SILENCE : FIRST)) missed();
    if (stream || now < tryAt) return;
    opened = now;
    stream = new EventSource(document.body.dataset.events);
    stream.addEventListener("beat", hear);
    stream.addEventListener("nudge", function () {
      hear();
      ask();
    });
    stream.addEventListener("end", function () {
      unlisten();
      ask(); // the answer carries the address of a fresh stream
    });
    stream.onerror = function () {
      missed();
      later(RECONNECT * (0.3 + 0.7 * Math.random())); // back within five seconds, and not all at once
    };
  }

  function hear() {
    var first = !heard;
    heard = Date.now();
    if (!first) return;
    misses = 0;
    tryAt = 0;
    ask(); // what changed after the page and before its stream was told to nobody
  }

  // It broke, was refused, or says nothing: asked for again at once, and then ever less often.
  function missed() {
    unlisten();
    misses += 1;
    tryAt = Date.now() + (misses > 1 ? Math.min(RECONNECT * Math.pow(2, misses - 1), LONGEST) : 0);
  }

  function unlisten() {
    if (stream) stream.close();
    stream = null;
    heard = 0;
  }

  function start() {
    if (document.body.hasAttribute("data-events")) {
      tag = document.body.dataset.tag || "";
      word = (Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2)).slice(0, 20);
      root.classList.add("follows");
      parts(document).forEach(function (part) {
        known[part.id] = said(part);
      });
      listen();
      later(POLL);
      document.addEventListener("visibilitychange", function () {
        if (document.hidden) {
          unlisten();
          window.clearTimeout(timer);
        } else {
          ask();
        }
      });
      window.addEventListener("online", ask);
      window.addEventListener("offline", function () {
        sign("lost");
        later(RECONNECT);
      });
      window.addEventListener("pageshow", function (event) {
        if (!event.persisted) return;
        // Back from the browser's memory: that may be old. What is one's own is not even shown.
        if (document.body.hasAttribute("data-fresh")) {
          root.classList.add("is-old");
          window.location.reload();
        } else ask();
      });
      document.addEventListener("htmx:replacedInHistory", ask);
      document.addEventListener("htmx:beforeSwap", function () {
        acts += 1;
      });
      document.addEventListener("htmx:afterRequest", lookAgain);
      document.addEventListener("htmx:afterSettle", function () {
        parts(document).forEach(function (part) {
          if (!inUse(part)) known[part.id] = said(part);
        });
        lookAgain();
      });
    }
    document.addEventListener("click", function (event) {
      if (event.target.closest && event.target.closest("[data-fullscreen]")) fullScreen();
      if (event.target.closest && event.target.closest("[data-newer]")) window.location.reload();
    });
    document.addEventListener("keydown", function (event) {
      // A letter alone would be pressed by who speaks to a computer (WCAG 2.1.4).
      if (event.key !== "Enter" || !event.altKey || event.repeat) return;
      if (!document.querySelector("[data-fullscreen]")) return;
      event.preventDefault();
      fullScreen();
    });
    if ("serviceWorker" in navigator && window.isSecureContext) {
      navigator.serviceWorker.register("/sw.js").catch(function () {});
    }
  }

  // Safari 14 knows this under its own name only.
  function fullScreen() {
    var leave = document.exitFullscreen || document.webkitExitFullscreen;
    var enter = root.requestFullscreen || root.webkitRequestFullscreen;
    if (document.fullscreenElement || document.webkitFullscreenElement) leave.call(document);
    else if (enter) enter.call(root);
  }

  // Put a fresh part in the place of the old one, as an answer to what was done here.
  function show(old, fresh) {
    if (isSending(old)) {
      heldBack = true;
      return;
    }
    acts += 1;
    known[old.id] = said(fresh);
    replace(old, fresh);
    lookAgain();
  }

  // The answer to what was sent from here; what was typed elsewhere is answered with another page.
  function answered(page, address) {
    acts += 1;
    if (new URL(address).pathname === window.location.pathname) apply(page);
    else ask();
  }

  // Of what is new something was left out; perhaps what has just been put here was all of it.
  function lookAgain() {
    var newer = document.getElementById("newer");
    if (heldBack || (newer && !newer.hidden)) ask();
  }

  window.kompas = window.kompas || {};
  window.kompas.answered = answered;
  window.kompas.show = show;
  window.kompas.changedByHand = changedByHand;
  window.kompas.tell = tell;

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
