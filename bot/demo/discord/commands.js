// Commands typed as in Discord, where SimCord's page wants them chosen: by name and space, pasted whole, sent by Enter.
const composer = document.getElementById("channel-composer-input");
const SPACE = /[ \u3000]/g;
let navigated = false;

// A command's name and a space begin the command; what was pasted after it goes into its first option.
function beginCommand(event) {
  const typed = composer.value;
  if (event.isComposing || !typed.startsWith("/") || typed.includes("\n")) return;
  const caret = composer.selectionStart;
  const names = [...typed.matchAll(SPACE)].map((space) => typed.slice(0, space.index)).reverse();
  const name = names.find((each) => entryOf(each));
  if (name === undefined) {
    if (names.length) enter(composer, typed);
    composer.setSelectionRange(caret, caret);
    return;
  }
  entryOf(name).click();
  const rest = typed.slice(name.length).trim();
  if (rest) fillFirstOption(rest);
}

// The command in the list that goes by this name, in the person's language or in the code; the list is drawn for it.
function entryOf(name) {
  if (composer.value !== name) enter(composer, name);
  const path = name.slice(1).replaceAll(/[ \u3000]+/g, ".").toLowerCase();
  return [...document.querySelectorAll(".command-popup .command-entry")].find((entry) =>
    entry.dataset.entryKey.endsWith(`:${path}`)
    || entry.querySelector("strong").textContent.slice(1).replaceAll(" ", ".").toLowerCase() === path);
}

function fillFirstOption(value) {
  document.querySelector(".command-popup .command-suggestion")?.click();
  const field = document.querySelector(".command-row .command-option-input");
  if (field) enter(field, value);
}

function enter(field, value) {
  field.value = value;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: field === composer }));
}

// Enter takes the suggestion one moved to, or the first while what was typed is none of them; else it sends.
function sendWhatIsChosen(event) {
  const popup = document.querySelector(".command-popup");
  if (event.key !== "Enter" || event.isComposing) {
    navigated = ["ArrowDown", "ArrowUp"].includes(event.key);
    return;
  }
  const field = event.target;
  const isChosen = field.matches(".command-chip") || [...popup?.querySelectorAll(".command-suggestion") ?? []].some(
    (item) => item.dataset.value.toLowerCase() === field.value?.toLowerCase());
  if (popup && field.closest(".command-row") && isChosen && !navigated) popup.hidden = true;
  navigated = false;
}

composer.addEventListener("input", beginCommand);
composer.addEventListener("compositionend", beginCommand);
document.addEventListener("keydown", sendWhatIsChosen, true);
