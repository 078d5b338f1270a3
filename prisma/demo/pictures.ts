import sharp from "sharp";

/** What a shop and its customers photograph: drawn here, so that nothing has to be downloaded. */
export type PictureName = keyof typeof drawings;

/** Draws a picture as a PNG of 1200 × 900 (the order: 750 × 1200). */
export function drawPicture(name: PictureName): Promise<Buffer> {
  return sharp(Buffer.from(drawings[name])).png().toBuffer();
}

type Scene = { wall: readonly [string, string]; table: readonly [string, string]; light?: string };

/** A wall, a table, light from the upper left, and what stands there. */
function scene({ wall, table, light = "#ffffff" }: Scene, things: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900" viewBox="0 0 1200 900">
<defs>
  <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient>
  <linearGradient id="table" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${table[0]}"/><stop offset="1" stop-color="${table[1]}"/></linearGradient>
  <radialGradient id="light" cx="0.25" cy="0.1" r="0.9"><stop offset="0" stop-color="${light}" stop-opacity="0.55"/><stop offset="1" stop-color="${light}" stop-opacity="0"/></radialGradient>
  <radialGradient id="shade"><stop offset="0" stop-color="#1c130a" stop-opacity="0.5"/><stop offset="0.6" stop-color="#1c130a" stop-opacity="0.22"/><stop offset="1" stop-color="#1c130a" stop-opacity="0"/></radialGradient>
  <linearGradient id="porcelain" x1="0" x2="1"><stop offset="0" stop-color="#ffffff"/><stop offset="0.55" stop-color="#f3f0ea"/><stop offset="1" stop-color="#c9c2b5"/></linearGradient>
  <linearGradient id="inside" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#cfc8bb"/><stop offset="1" stop-color="#f6f3ee"/></linearGradient>
  <linearGradient id="clay" x1="0" x2="1"><stop offset="0" stop-color="#b4643f"/><stop offset="0.4" stop-color="#9a4f2f"/><stop offset="1" stop-color="#5c2a18"/></linearGradient>
  <linearGradient id="tin" x1="0" x2="1"><stop offset="0" stop-color="#2e6a57"/><stop offset="0.3" stop-color="#1f5647"/><stop offset="1" stop-color="#0f3128"/></linearGradient>
  <linearGradient id="brass" x1="0" x2="1"><stop offset="0" stop-color="#e9cf8d"/><stop offset="0.5" stop-color="#c9a354"/><stop offset="1" stop-color="#8d6a2b"/></linearGradient>
  <linearGradient id="red" x1="0" x2="1" y2="1"><stop offset="0" stop-color="#c43a34"/><stop offset="1" stop-color="#8f1f22"/></linearGradient>
  <linearGradient id="carton" x1="0" x2="1" y2="0.6"><stop offset="0" stop-color="#d8ad79"/><stop offset="1" stop-color="#b5834d"/></linearGradient>
  <radialGradient id="tea"><stop offset="0" stop-color="#d9a441"/><stop offset="0.75" stop-color="#c58a2c"/><stop offset="1" stop-color="#8f5c18"/></radialGradient>
</defs>
<rect width="1200" height="900" fill="url(#wall)"/>
<rect y="600" width="1200" height="300" fill="url(#table)"/>
<rect width="1200" height="900" fill="url(#light)"/>
${things}</svg>`;
}

function shadow(x: number, y: number, size: number): string {
  return `<ellipse cx="${x + size * 0.12}" cy="${y}" rx="${size}" ry="${size * 0.17}" fill="url(#shade)"/>`;
}

/** A sprig in blue, as on porcelain. */
function sprig(x: number, y: number, turn: number): string {
  const leaf = "M0 0C16 -22 44 -26 62 -18C48 0 22 8 0 0Z";
  const leaves = [[-30, 8], [10, -34], [48, 18]].map(([dx = 0, angle = 0]) => `<path d="${leaf}" transform="translate(${dx} ${-dx * 0.3}) rotate(${angle})"/>`);
  return `<g transform="translate(${x} ${y}) rotate(${turn})" fill="#3c5fa8" opacity="0.82">
<path d="M-90 30C-40 0 40 -8 110 -40" fill="none" stroke="#3c5fa8" stroke-width="5" stroke-linecap="round"/>${leaves.join("")}</g>`;
}

function cup(x: number, y: number): string {
  return `${shadow(x, y + 182, 190)}
<path d="M${x - 170} ${y}C${x - 165} ${y + 120} ${x - 100} ${y + 175} ${x - 62} ${y + 180}H${x + 62}C${x + 100} ${y + 175} ${x + 165} ${y + 120} ${x + 170} ${y}Z" fill="url(#porcelain)"/>
<ellipse cx="${x}" cy="${y}" rx="170" ry="44" fill="#fbfaf7"/><ellipse cx="${x}" cy="${y + 3}" rx="156" ry="37" fill="url(#inside)"/>`;
}

const daylight: Scene = { wall: ["#efe9df", "#d8cdbd"], table: ["#b98f63", "#8f6840"] };
const slate: Scene = { wall: ["#dfe6e4", "#b9c6c3"], table: ["#7a8784", "#56625f"] };
const evening: Scene = { wall: ["#e9d9c3", "#c3a27c"], table: ["#6f4a2e", "#4a2f1c"], light: "#ffe2b0" };

const gaiwan = `${shadow(600, 712, 330)}
<ellipse cx="600" cy="690" rx="270" ry="58" fill="#ebe6dc"/><ellipse cx="600" cy="680" rx="270" ry="56" fill="url(#porcelain)"/>
<path d="M400 430C404 580 500 672 548 680H652C700 672 796 580 800 430Z" fill="url(#porcelain)"/>
${sprig(590, 565, -4)}
<ellipse cx="600" cy="430" rx="206" ry="50" fill="#fffefb"/>
<path d="M424 424C440 330 520 292 600 290C680 292 760 330 776 424C740 454 460 454 424 424Z" fill="url(#porcelain)"/>
<path d="M560 292C560 262 575 250 600 250C625 250 640 262 640 292C628 300 572 300 560 292Z" fill="url(#porcelain)"/>
<path d="M470 380C490 340 530 318 570 312" fill="none" stroke="#fff" stroke-width="12" stroke-linecap="round" opacity="0.9"/>`;

const potBody = `${shadow(590, 706, 330)}
<path d="M820 500C900 470 900 380 960 352" fill="none" stroke="url(#clay)" stroke-width="46" stroke-linecap="round"/>
<path d="M392 470C300 440 262 520 300 580C330 628 392 620 420 596" fill="none" stroke="#8a4528" stroke-width="36" stroke-linecap="round"/>
<path d="M380 520C380 420 480 388 600 388C720 388 836 420 836 520C836 630 730 706 608 706C486 706 380 630 380 520Z" fill="url(#clay)"/>
<path d="M430 480C452 438 500 416 552 410" fill="none" stroke="#d58a62" stroke-width="16" stroke-linecap="round" opacity="0.55"/>`;

const lid = `<ellipse cx="606" cy="398" rx="128" ry="26" fill="#7d3d24"/>
<path d="M484 392C500 350 560 338 606 338C652 338 712 350 728 392C690 412 522 412 484 392Z" fill="url(#clay)"/><circle cx="606" cy="322" r="27" fill="#94502f"/>`;

const openPot = `<ellipse cx="606" cy="402" rx="122" ry="27" fill="#3a190d"/><ellipse cx="606" cy="398" rx="122" ry="25" fill="none" stroke="#a65c39" stroke-width="9"/>`;

const tins = [[360, "url(#tin)", 0], [640, "url(#red)", 26], [890, "url(#tin)", 60]].map(([x = 0, fill, drop = 0]) => {
  const [left, top] = [Number(x) - 105, 330 + Number(drop)];
  return `${shadow(Number(x), 712, 150)}<rect x="${left}" y="${top}" width="210" height="${712 - top}" rx="12" fill="${fill}"/>
<rect x="${left - 5}" y="${top - 18}" width="220" height="62" rx="12" fill="url(#brass)"/>
<rect x="${left + 38}" y="${top + 104}" width="134" height="176" rx="6" fill="#f4ead2"/><path d="M${left + 105} ${top + 132}v120M${left + 78} ${top + 160}h54M${left + 84} ${top + 196}h42M${left + 78} ${top + 232}h54" stroke="#7d2b22" stroke-width="9" stroke-linecap="round"/>`;
});

const giftBox = `${shadow(600, 742, 420)}
<path d="M250 470L600 400L950 470L600 560Z" fill="#d3524a"/><path d="M250 470L600 560V770L250 660Z" fill="url(#red)"/><path d="M950 470L600 560V770L950 660Z" fill="#7c181b"/>
<path d="M425 435L775 515V715" fill="none" stroke="url(#brass)" stroke-width="34"/><path d="M775 435L425 515V715" fill="none" stroke="url(#brass)" stroke-width="34"/>
<path d="M600 470C520 380 430 390 440 440C450 480 540 490 600 474C660 490 750 480 760 440C770 390 680 380 600 470Z" fill="url(#brass)"/><circle cx="600" cy="470" r="30" fill="#a67f38"/>`;

const brokenCup = `<g transform="translate(-250 -210) scale(1.38)">${cup(560, 430)}
<path d="M560 388L590 470L552 520L604 612" fill="none" stroke="#5b5348" stroke-width="7" stroke-linejoin="round"/><path d="M590 470L660 500L700 476" fill="none" stroke="#5b5348" stroke-width="5"/>
<path d="M662 396L730 430L728 500L676 520L640 455Z" fill="#8d7b62" opacity="0.85"/><path d="M662 396L730 430L728 500" fill="none" stroke="#fff" stroke-width="5" opacity="0.7"/>
${shadow(860, 700, 90)}<path d="M800 640L880 606L932 668L862 704Z" fill="url(#porcelain)"/><path d="M800 640L880 606" stroke="#fff" stroke-width="7"/>
${shadow(720, 752, 46)}<path d="M690 730L742 716L760 750L712 764Z" fill="#e9e4da"/><path d="M880 760L912 748L926 768L894 778Z" fill="#d9d2c5"/></g>`;

const parcel = `${shadow(600, 760, 430)}
<path d="M230 400L600 320L970 400L600 500Z" fill="#e3bd8c"/><path d="M230 400L600 500V780L230 660Z" fill="url(#carton)"/><path d="M970 400L600 500V780L970 660Z" fill="#9a6c3b"/>
<path d="M415 360L785 450V716" fill="none" stroke="#f1dfc0" stroke-width="44" opacity="0.75"/>
<path d="M286 470L500 528V650L286 586Z" fill="#fbfaf6"/><path d="M308 500l70 19M308 524l128 35M308 548l96 26" stroke="#444" stroke-width="7"/>
${Array.from({ length: 16 }, (_, bar) => `<path d="M${312 + bar * 11} ${568 + bar * 3}v26" stroke="#222" stroke-width="${bar % 3 === 0 ? 6 : 3}"/>`).join("")}
<path d="M640 560l60 -16 10 60 46 -12" fill="none" stroke="#6d4a25" stroke-width="6" opacity="0.6"/>`;

const brewed = `<rect width="1200" height="900" fill="url(#table)"/><rect width="1200" height="900" fill="url(#light)"/>${shadow(600, 660, 420)}
<ellipse cx="600" cy="520" rx="430" ry="250" fill="#c9a57a"/><ellipse cx="600" cy="506" rx="430" ry="250" fill="#dcbc93"/>
<circle cx="600" cy="450" r="250" fill="url(#porcelain)"/><circle cx="600" cy="450" r="218" fill="url(#tea)"/>
${[[520, 400, 20], [640, 380, 80], [700, 470, 140], [590, 520, -30], [500, 500, 60], [660, 560, 10]].map(([x, y, turn]) => `<path d="M0 0C20 -24 60 -26 86 -10C60 12 24 16 0 0Z" transform="translate(${x} ${y}) rotate(${turn})" fill="#4e6a2c" opacity="0.9"/>`).join("")}
<path d="M430 360C460 300 520 268 580 262" fill="none" stroke="#fff3d0" stroke-width="14" stroke-linecap="round" opacity="0.7"/>`;

type Bar = readonly [x: number, y: number, width: number, height?: number, fill?: string];

/** A rounded bar, where a screenshot has words. */
function bar([x, y, width, height = 20, fill = "#d5d9e0"]: Bar): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}" fill="${fill}"/>`;
}

const ink = "#3a4250";
const price = "#c0392b";

function item(y: number, colour: string): string {
  const bars: Bar[] = [[240, y + 18, 330, 24, ink], [240, y + 62, 220], [240, y + 106, 110, 26, price], [640, y + 108, 50]];
  return `<rect x="60" y="${y}" width="150" height="150" rx="20" fill="${colour}"/>${bars.map(bar).join("")}`;
}

/** A screenshot of an order: bars for words, as no font can be counted on. */
function order(): string {
  const sums: Bar[] = [[60, 772, 130], [560, 772, 130], [60, 824, 170], [590, 824, 100], [60, 892, 120, 24, ink], [530, 886, 160, 34, price], [60, 1030, 300], [60, 1074, 420]];
  const code = Array.from({ length: 26 }, (_, at) => `<rect x="${520 + at * 7}" y="1030" width="${at % 4 === 0 ? 5 : 3}" height="90" fill="#222"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="750" height="1200" viewBox="0 0 750 1200">
<rect width="750" height="1200" fill="#f2f3f6"/><rect width="750" height="210" fill="#1f5647"/>${bar([60, 70, 250, 34, "#ffffff"])}${bar([60, 130, 390, 20, "#9cc4b8"])}
<circle cx="640" cy="110" r="46" fill="none" stroke="#fff" stroke-width="8"/><path d="M616 112l18 18 32 -36" fill="none" stroke="#fff" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/>
<rect x="30" y="240" width="690" height="460" rx="28" fill="#fff"/>${item(280, "#dfeae4")}${item(480, "#f3e3da")}
<rect x="30" y="730" width="690" height="230" rx="28" fill="#fff"/><rect x="30" y="990" width="690" height="170" rx="28" fill="#fff"/>${sums.map(bar).join("")}${code.join("")}</svg>`;
}

const drawings = {
  gaiwan: scene(daylight, gaiwan),
  teapot: scene(evening, `${potBody}${lid}`),
  lidless: scene(slate, `${potBody}${openPot}`),
  tins: scene(daylight, tins.join("")),
  gift: scene(evening, giftBox),
  broken: scene(slate, brokenCup),
  parcel: scene(daylight, parcel),
  brewed: scene(evening, brewed),
  order: order(),
} as const;
