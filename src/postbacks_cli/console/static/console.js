// Keyboard, pause and copy, which HTML and htmx cannot do. All pages can be read without it.
"use strict";

const KEPT_ROWS = 300; // the table of events contains all of them
const rowLinks = () => [...document.querySelectorAll("[data-row] th a")].filter((link) => link.offsetParent);
const announce = (text) => { document.getElementById("announcement").textContent = text; };
const isTyping = (element) => element.matches("input, select, textarea");

let paused = false;
let missed = 0;
let newest = 0; // the number of the newest event that arrived

function move(step) {
  const links = rowLinks();
  const here = links.indexOf(document.activeElement);
  const next = links[here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step];
  if (next) {
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  }
}

function pause() {
  const button = document.getElementById("pause");
  if (!button) return;
  paused = !paused;
  button.setAttribute("aria-pressed", String(paused));
  button.querySelector("[data-label]").textContent = paused ? "Resume" : "Pause";
  announce(paused ? "Paused." : "Live again.");
  if (!paused && missed) htmx.trigger(button.form, "submit"); // reload the list
  missed = 0;
}

const openHelp = () => document.getElementById("help").showModal();

const KEYS = {
  "/": () => document.getElementById("search").select(),
  "?": openHelp,
  j: () => move(1),
  k: () => move(-1),
  p: pause,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "pause") pause();
  if ("help" in button.dataset) openHelp();
  if (button.dataset.copy) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    const label = button.textContent;
    button.textContent = "Copied";
    announce("Copied.");
    setTimeout(() => { button.textContent = label; }, 1500);
  }
});

document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const number = Number(event.detail.lastEventId);
  if (number <= newest) { // htmx reconnected from the page's own number
    event.preventDefault();
    return;
  }
  newest = number;
  if (!paused) return;
  event.preventDefault();
  missed += 1;
  document.querySelector("#pause [data-label]").textContent = `Resume (${missed} new)`;
});

document.addEventListener("DOMContentLoaded", () => { // apply filters that were chosen before htmx had loaded
  const filters = document.querySelector(".filters");
  if (!filters) return;
  const asSent = filters.cloneNode(true);
  asSent.reset();
  const query = (form) => new URLSearchParams(new FormData(form)).toString();
  if (query(filters) !== query(asSent)) htmx.trigger(filters, "submit");
});

document.addEventListener("htmx:sseMessage", () => {
  document.querySelectorAll(`#rows > tr:nth-child(n + ${KEPT_ROWS + 1})`).forEach((row) => row.remove());
  document.body.dispatchEvent(new Event("rows"));
});

document.addEventListener("open-instead", (event) => location.replace(event.detail.value));

const failure = document.getElementById("failure");

function fail(message) {
  failure.textContent = message;
  failure.hidden = false;
  document.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  document.querySelector(".waiting")?.remove();
}

const NO_ANSWER = "The console does not answer. Is it still running?";
document.addEventListener("htmx:responseError", () => fail("The console failed. Its terminal says why. Reload the page to try again."));
document.addEventListener("htmx:sendError", () => fail(NO_ANSWER));
document.addEventListener("htmx:sseError", () => fail(NO_ANSWER));
document.addEventListener("htmx:sseOpen", () => { failure.hidden = true; });
