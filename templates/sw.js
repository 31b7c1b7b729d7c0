{% load static %}/* Keeps one page at hand for when there is no connection; all else comes from the server. */
"use strict";
var CACHE = "kompas-{{ release|escapejs }}";
var OFFLINE = "{% url 'sessions:offline' %}";
var FILES = [
  OFFLINE,
  "{% static 'css/tokens.css' %}",
  "{% static 'css/fonts.css' %}",
  "{% static 'css/base.css' %}",
  "{% static 'css/button.css' %}",
  "{% static 'css/form.css' %}",
  "{% static 'css/list.css' %}",
  "{% static 'css/notice.css' %}",
  "{% static 'css/compass.css' %}",
  "{% static 'css/dots.css' %}",
  "{% static 'css/frame-page.css' %}",
  "{% static 'css/print.css' %}",
  "{% static 'icons/icons.svg' %}",
  "{% static 'img/kompas.svg' %}",
  "{% static 'fonts/atkinson-hyperlegible-next-regular.woff2' %}",
  "{% static 'fonts/atkinson-hyperlegible-next-bold.woff2' %}",
];

self.addEventListener("install", function (event) {
  event.waitUntil(
    caches.open(CACHE).then(function (cache) {
      return cache.addAll(FILES);
    }).then(function () {
      return self.skipWaiting();
    })
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(
        names
          .filter(function (name) {
            return name.indexOf("kompas-") === 0 && name !== CACHE;
          })
          .map(function (name) {
            return caches.delete(name);
          })
      );
    }).then(function () {
      return self.clients.claim();
    })
  );
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET") return;
  var isPage = request.mode === "navigate";
  var path = new URL(request.url).pathname;
  if (!isPage && (path === OFFLINE || FILES.indexOf(path) === -1)) return;
  event.respondWith(
    fetch(request).catch(function (error) {
      return caches.match(isPage ? OFFLINE : path).then(function (kept) {
        if (kept) return kept;
        throw error;
      });
    })
  );
});
