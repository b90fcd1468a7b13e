// Opens a report in a browser, from a file:// address and without a network, reads, clicks and filters, and prints what it saw as JSON.
//   node browse-report.mjs CHROMIUM PAGE PICTURES
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [program, page, pictures] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"], protocolTimeout: 120_000 });
try {
  const tab = await browser.newPage();
  const saw = { complaints: [], requests: [], dialogs: 0 };
  tab.on("console", message => { if (["error", "warn"].includes(message.type())) saw.complaints.push(message.text()); });
  tab.on("pageerror", error => saw.complaints.push(error.message));
  tab.on("request", request => { if (!/^(file|data):/.test(request.url())) saw.requests.push(request.url()); });
  tab.on("dialog", dialog => { saw.dialogs++; dialog.dismiss(); });

  const look = () => tab.evaluate(() => ({
    title: document.title,
    text: document.body.innerText,
    elements: document.querySelectorAll("*").length,
    charts: document.querySelectorAll(".chart svg").length,
    bars: document.querySelectorAll('#activity [aria-label="rect"] rect').length,
    thinnestBar: Math.min(...[...document.querySelectorAll('#activity [aria-label="rect"] rect')].map(bar => Number(bar.getAttribute("width")))),
    lead: document.querySelector("#activity .lead").textContent,
    principals: document.querySelectorAll("#principals tbody tr").length,
    scripts: document.querySelectorAll("script").length,
    foreign: document.querySelectorAll("main script, main img, main iframe, main b, main a").length,
    cut: [...document.querySelectorAll(".scroll")].filter(table => table.scrollWidth > table.clientWidth).length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));

  await tab.setViewport({ width: 1200, height: 900 });
  await tab.goto(pathToFileURL(page).href);
  saw.whole = await look();
  await tab.screenshot({ path: join(pictures, "light.png"), fullPage: true });
  if (saw.whole.charts > 0 && await tab.$("#services button:nth-child(2)")) {
    saw.service = await tab.$eval("#services button:nth-child(2)", chip => chip.textContent);
    await tab.click("#services button:nth-child(2)");
    saw.ofService = await look();
    await tab.click("#services button:nth-child(1)");
    await tab.click("#by-region");
    saw.byRegion = await tab.$eval("#hours .chart", chart => chart.textContent);
    const bar = await (await tab.$('#activity [aria-label="rect"] rect')).boundingBox();
    await tab.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
    await tab.waitForSelector('#activity [aria-label="tip"] text');
    saw.tip = await tab.$eval('#activity [aria-label="tip"]', tip => tip.textContent);
    await tab.click("#activity details summary");
    await tab.waitForSelector("#activity details td");
    saw.numbers = await tab.$$eval("#activity details td", cells => cells.length);
  }
  await tab.type("#names", "no such name").catch(() => {});
  saw.ofNoName = await look();
  await tab.$eval("#names", input => { input.value = ""; input.dispatchEvent(new Event("input")); });
  await tab.click("#findings summary");
  saw.query = await tab.$eval("#findings .finding[open] pre", text => text.textContent);

  await tab.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await tab.reload();
  saw.phone = await look();
  saw.dark = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await tab.screenshot({ path: join(pictures, "phone.png"), fullPage: true });
  await tab.emulateMediaType("print");
  saw.print = await tab.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.getElementById("filters")).display, getComputedStyle(document.querySelector("#activity .legend") ?? document.body).display]);
  console.log(JSON.stringify(saw));
} finally {
  await browser.close();
}
