// Takes pictures of two pages in a browser: node pictures.mjs CHROMIUM FOLDER OUT, where FOLDER has report.html and notebook.html.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const [program, folder, out] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const tab = await browser.newPage();
  await tab.setOfflineMode(true);
  for (const [name, width, height, first] of [["report", 1200, 1280, null], ["notebook", 1100, 800, "#Timeline"]]) {
    await tab.setViewport({ width, height });
    await tab.goto(pathToFileURL(join(folder, `${name}.html`)).href, { waitUntil: "load" });
    if (first) await tab.$eval(first, element => { element.scrollIntoView(); scrollBy(0, -20); });
    await tab.screenshot({ path: join(out, `${name}.png`) });
  }
} finally {
  await browser.close();
}
