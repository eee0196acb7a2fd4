// The demo's own bar: channels, people, time, sites. Served beside SimCord's page (bot/demo/discord/live_page.py).
import "/demo-commands.js";

const bar = document.querySelector(".demo-bar");
const ended = document.querySelector(".demo-ended");
const channels = [...bar.querySelectorAll(".demo-channel")];
const speed = bar.querySelector(".demo-speed select");
const sites = bar.querySelector(".demo-sites");
const GIVE_UP_AFTER = 6; // failed reads, half a second apart
let wasThere = false;

// What is wished for here goes the way of SimCord's own actions, with the page's key.
async function wish(demo) {
  await fetch("/api/action", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-Simcord-Capability": location.hash.slice(1),
      "X-Simcord-Context": window.simcordPreview.contextId,
    },
    body: JSON.stringify({ demo }),
  });
}

channels.forEach((button) => button.addEventListener("click", () => void wish({ channel: button.value })));
speed.addEventListener("change", () => void wish({ speed: Number(speed.value) }));
bar.querySelector(".demo-end").addEventListener("click", () => document.getElementById("close").click());
document.addEventListener("click", (event) => {
  if (!sites.contains(event.target)) sites.open = false;
});

setInterval(() => {
  const { authorized, transport } = window.simcordPreview;
  const here = document.getElementById("channel-name").textContent;
  channels.forEach((button) => button.setAttribute("aria-current", String(button.dataset.name === here)));
  wasThere ||= authorized;
  ended.hidden = !wasThere || (authorized && transport.failures < GIVE_UP_AFTER);
}, 250);
