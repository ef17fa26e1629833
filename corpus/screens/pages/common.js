// What the pages share: repeatable random numbers, words, and small drawings.
'use strict';

let seed = 1;

// Uniform in 0 .. 1, the same sequence in every run (a multiply-with-xorshift generator).
function random() {
  seed = (seed + 0x9e3779b9) | 0;
  let x = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}

const pick = list => list[Math.floor(random() * list.length)];
const between = (low, high) => low + Math.floor(random() * (high - low + 1));

const WORDS = ('the of a to in is that for it as with on by this picture colour light water stone garden river ' +
  'measure letter number paper harbour window morning evening winter summer station bridge travel market ' +
  'carry between because under over through against several other small large simple early late every ' +
  'machine signal noise memory column table figure value order change begin return north south quiet green ' +
  'house road field forest island mountain copper silver needle thread engine answer question second minute ' +
  'people children teacher captain baker printer engineer writes reads draws keeps finds turns follows holds').split(' ');

function sentence(words = between(6, 17)) {
  const list = Array.from({length: words}, () => pick(WORDS));
  if (words > 9) list[between(3, words - 4)] += ',';
  list[0] = list[0][0].toUpperCase() + list[0].slice(1);
  return list.join(' ') + '.';
}

const paragraph = (sentences = between(3, 6)) => Array.from({length: sentences}, () => sentence()).join(' ');
const title = (words = 3) => {
  const text = Array.from({length: words}, () => pick(WORDS)).join(' ');
  return text[0].toUpperCase() + text.slice(1);
};

// Appends an element; `content` is HTML.
function add(parent, tag, content = '', className = '') {
  const element = document.createElement(tag);
  element.innerHTML = content;
  if (className) element.className = className;
  parent.appendChild(element);
  return element;
}

// A canvas in device pixels, so that no scaling blurs what is drawn.
function canvas(parent, width, height) {
  const element = add(parent, 'canvas');
  const ratio = window.devicePixelRatio;
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  element.style.width = width + 'px';
  element.style.height = height + 'px';
  const context = element.getContext('2d');
  context.scale(ratio, ratio);
  return context;
}

// Smooth noise in 0 .. 1 on a grid of random values.
function noiseField(cells) {
  const grid = Array.from({length: (cells + 2) * (cells + 2)}, random);
  const ease = t => t * t * (3 - 2 * t);
  return (u, v) => {
    const x = u * cells, y = v * cells, i = Math.floor(x), j = Math.floor(y), s = ease(x - i), t = ease(y - j);
    const at = (a, b) => grid[Math.min(b, cells + 1) * (cells + 2) + Math.min(a, cells + 1)];
    return (at(i, j) * (1 - s) + at(i + 1, j) * s) * (1 - t) + (at(i, j + 1) * (1 - s) + at(i + 1, j + 1) * s) * t;
  };
}

// A landscape with sky, ridges, water and grain: what stands for a photograph.
function landscape(parent, width, height) {
  const context = canvas(parent, width, height), w = context.canvas.width, h = context.canvas.height;
  const picture = context.createImageData(w, h);
  const fields = [4, 9, 21, 47, 110, 230].map(noiseField);
  const fractal = (u, v, first = 0) => {
    let sum = 0, weight = 0;
    for (let k = first; k < fields.length; ++k) {
      const a = 1 / (1 << (k - first));
      sum += a * fields[k](u, v);
      weight += a;
    }
    return sum / weight;
  };
  const ridges = [0.42, 0.52, 0.63].map((base, n) =>
      Array.from({length: w}, (_, x) => base + 0.22 * (fractal(x / w, 0.1 + 0.3 * n) - 0.5)));
  for (let y = 0; y < h; ++y) {
    for (let x = 0; x < w; ++x) {
      const u = x / w, v = y / h;
      let colour;
      if (v > 0.8) {
        const wave = fractal(u, Math.min(1, v * 3 % 1), 2) - 0.5;
        colour = [40 + 80 * wave, 82 + 110 * wave, 110 + 130 * wave];
      } else {
        const cloud = Math.max(0, fractal(u, v) - 0.48) * 4;
        colour = [96 + 90 * v + 90 * cloud, 148 + 70 * v + 60 * cloud, 214 + 20 * cloud];
        ridges.forEach((ridge, n) => {
          if (v < ridge[x]) return;
          const bark = fractal((u * (2 + n)) % 1, (v * (2 + n)) % 1, 1) - 0.5, haze = 0.55 - 0.25 * n;
          colour = [[70, 84, 60], [58, 74, 40], [44, 58, 28]][n].map(
              (c, i) => c * (1 + 1.6 * bark) * (1 - haze) + [150, 170, 200][i] * haze);
        });
      }
      const grain = 9 * (random() + random() + random() - 1.5);
      colour.forEach((c, i) => picture.data[4 * (y * w + x) + i] = c + grain);
      picture.data[4 * (y * w + x) + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
}
